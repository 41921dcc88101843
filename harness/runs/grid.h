/* grid.h - the cells of an experiment: every combination of its axes, for each of its cases. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_H
#define PARTGRAD_HARNESS_RUNS_GRID_H

#include "base/index.h"
#include "harness/runs/experiment.h"
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
    struct index names;     /* of the cells */
    struct index trainings; /* likewise, by their settings */
    int left_out_count;
    struct left_out left_out[GRID_REASONS_MAX];
    int batch_count;
    struct found_batch *batches; /* (batch_count) that were asked for as the largest (grid_fit.h); owned */
};

/* Cells are resolved (harness/training/resolve.h), but for those whose batch is still to be found (settings_is_open),
 * which stay as they are asked for. Points that come to the same training are one cell, named after the first. Points
 * that cannot be are left out; fails if none is left. The cells point into the experiment, which must outlive them. */
int grid_init(struct grid *, const struct experiment *, struct error *);
/* Adds a point, of which `asked` may hold `auto`: returns its cell's position, GRID_LEFT_OUT where it cannot be, or -1.
 * The grid has room. */
enum { GRID_LEFT_OUT = -2 };
int grid_add(struct grid *, const struct experiment *, const struct settings *asked, int point, struct error *);
/* Adds a cell as it is, unless the grid has that training. Returns its position, or -1. */
int grid_add_cell(struct grid *, const struct cell *, struct error *);
void grid_release(struct grid *); /* safe on a zeroed grid */

/* Counts a point that cannot be, with its reason. */
void grid_leave_out(struct grid *, const char *name, const char *reason);
/* The error of a grid of which nothing is left; returns -1. */
int grid_refuse(const struct grid *, struct error *);
/* Says on stderr what was left out, and why. */
void grid_tell_left_out(const struct grid *);

/* The cell of that name, or NULL. */
const struct cell *grid_find(const struct grid *, const char *name);
/* After names were changed. */
int grid_index_names(struct grid *, struct error *);

#endif
