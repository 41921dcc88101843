/* grid.h - the cells of an experiment: every combination of its axes, for each of its cases. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_H
#define PARTGRAD_HARNESS_RUNS_GRID_H

#include "base/index.h"
#include "harness/runs/points.h"
#include "harness/tables/cell.h"
#include "harness/training/fit.h"

enum { GRID_CELLS_MAX = 10000, GRID_REASONS_MAX = 16 };

/* Points that no training run can have, and why. */
struct left_out {
    int count;
    char reason[ERROR_SIZE];
    char first[CELL_NAME_SIZE]; /* one of them */
};

/* What a point that asks for the largest batch, or that names its memory, came to (grid_fit.h). */
struct found_batch {
    char asked[IDENTITY_SIZE];    /* as of struct cell */
    char training[IDENTITY_SIZE]; /* likewise: which cell it is; "" if none */
    size_t memory;                /* that and the next two as in struct settings */
    int memory_of, at_most;
    int threads;
    struct fit fit;
};

struct grid {
    int count;
    struct cell *cells;     /* (count), in the order of the file's lists, the seed changing fastest; owned */
    int room;               /* for so many */
    int quiet;              /* 1: pruning says nothing */
    int settled;            /* cells that have been pruned and identified; those behind them are new */
    struct index names;     /* of the cells */
    struct index trainings; /* by struct cell's training */
    struct index gone;      /* trainings that the data cannot serve */
    int left_out_count;
    struct left_out left_out[GRID_REASONS_MAX];
    int batch_count;
    struct found_batch *batches; /* (batch_count); owned */
    struct index batches_asked;  /* by their `asked` */
};

/* Cells are resolved (harness/training/resolve.h), but for those whose batch is still to be found (settings_is_open),
 * which stay as they are asked for; points that come to the same training are one cell, named after the
 * first. Points that cannot be are left out; fails if none is left. The cells point into the experiment, which must
 * outlive them. Of a tuned experiment these are the trials (tuning.h), with the values that its file lists. */
int grid_init(struct grid *, const struct experiment *, struct error *);
void grid_release(struct grid *); /* safe on a zeroed grid */

/* Hears of each point that is added, or is there already, by its training's hash; "" if it cannot be trained.
 * Returns 0 or -1. */
typedef int grid_listener(void *context, const struct point *, const char *training, struct error *);
/* Adds a variant's points that are not there yet, as cells of that wave ("": of none). Cells that are there belong to
 * both waves from now on. Pointers to cells end. `listener` may be NULL. */
int grid_add(struct grid *, const struct experiment *, const struct variant *, const char *wave, grid_listener *,
             void *context, struct error *);

/* Keeps what a point's batch was found to be; points of that kind which are added later are cells with that batch. */
int grid_note_batch(struct grid *, const struct found_batch *, struct error *);
/* The cells that are not settled and have their batch noted become cells with that batch, named after it; those that
 * come to a training that is there already are one with it. */
int grid_take_batches(struct grid *, const struct experiment *, struct error *);

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
