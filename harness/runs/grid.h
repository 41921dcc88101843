/* grid.h - the cells of an experiment: every combination of its axes, for each of its cases. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_H
#define PARTGRAD_HARNESS_RUNS_GRID_H

#include "base/index.h"
#include "harness/runs/points.h"
#include "harness/tables/cell.h"

enum { GRID_CELLS_MAX = 10000, GRID_REASONS_MAX = 16 };

/* Points that no training run can have, and why. */
struct left_out {
    int count;
    char reason[ERROR_SIZE];
    char first[CELL_NAME_SIZE]; /* one of them */
};

struct grid {
    int count;
    struct cell *cells;     /* (count), in the order of the file's lists, the seed changing fastest; owned */
    int room;               /* for so many */
    int settled;            /* cells that have been pruned and identified; those behind them are new */
    struct index names;     /* of the cells */
    struct index trainings; /* by struct cell's training */
    struct index gone;      /* trainings that the data cannot serve */
    int left_out_count;
    struct left_out left_out[GRID_REASONS_MAX];
};

/* Cells are resolved (harness/training/resolve.h); points that come to the same training are one cell, named after the
 * first. Points that cannot be are left out; fails if none is left. The cells point into the experiment, which must
 * outlive them. Of a tuned experiment these are the trials (tuning.h), with the values that its file lists. */
int grid_init(struct grid *, const struct experiment *, struct error *);
void grid_release(struct grid *); /* safe on a zeroed grid */

/* Hears of each point that is added, or is there already, by its training's hash; "" where it cannot be trained.
 * Returns 0 or -1. */
typedef int grid_listener(void *context, const struct point *, const char *training, struct error *);
/* Adds a variant's points that are not there yet, as cells of that wave ("": of none). Cells that are there belong to
 * both waves from now on. Pointers to cells end. `listener` may be NULL. */
int grid_add(struct grid *, const struct experiment *, const struct variant *, const char *wave, grid_listener *,
             void *context, struct error *);

/* The cell of that training, or NULL. */
struct cell *grid_find_training(const struct grid *, const char *training);
/* Keeps the cells with a 1 in kept (count). The others cannot be added again if `forever`. */
int grid_keep(struct grid *, const char *kept, int forever, struct error *);

/* Counts a point that cannot be, with its reason. */
void grid_leave_out(struct grid *, const char *name, const char *reason);
/* The error of a grid of which nothing is left; returns -1. */
int grid_refuse(const struct grid *, struct error *);
/* Says on stderr what was left out, and why, since it was said last. */
void grid_tell_left_out(struct grid *);

/* The cell of that name, or NULL. */
const struct cell *grid_find(const struct grid *, const char *name);
/* After names were changed. */
int grid_index_names(struct grid *, struct error *);

#endif
