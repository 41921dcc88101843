/* grid.h - the cells of an experiment: every combination of its axes. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_H
#define PARTGRAD_HARNESS_RUNS_GRID_H

#include <search.h>

#include "harness/training/cell.h"
#include "harness/runs/experiment.h"

enum { GRID_CELLS_MAX = 10000 };

struct grid {
    int count;
    struct cell *cells;        /* (count), in the order of the file's lists, the seed changing fastest; owned */
    struct hsearch_data names; /* of the cells */
};

/* Where the whole batch is back-propagated (K = B) every strategy is the same training: those cells collapse to one,
 * named full. Fails on strategy full with a smaller portion. The cells point into the experiment, which must outlive
 * them. */
int grid_init(struct grid *, const struct experiment *, struct error *);
void grid_release(struct grid *); /* safe on a zeroed grid */

/* The cell of that name, or NULL. */
const struct cell *grid_find(const struct grid *, const char *name);

#endif
