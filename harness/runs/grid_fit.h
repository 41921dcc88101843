/* grid_fit.h - the points of a grid that ask for the largest batch (`batch_size: largest`) or name the memory that they
 * may take: what they come to. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_FIT_H
#define PARTGRAD_HARNESS_RUNS_GRID_FIT_H

#include "base/listing.h"
#include "harness/runs/grid.h"

/* Whether the grid has such points. */
int grid_is_open(const struct grid *);
/* Finds their batches (harness/training/fit.h), of cells that are not settled, with as many threads, unless they have a
 * number of their own. Points for which nothing fits are left out; fails if no point is left, and if a pack or a
 * weights file is missing. */
int grid_fit(struct grid *, const struct experiment *, const char *data_folder, int threads, struct error *);

/* What was found, a row for each such point whose cell is in the grid still; with `keys`, its `asked` too. */
void grid_fit_list(const struct grid *, int keys, struct listing *);
/* Writes it to FOLDER/batches.csv. Without such points there is no such file. */
int grid_fit_write(const struct grid *, const char *folder, struct error *);
/* Gives such points the batches that the file has of them, if it is there. */
int grid_fit_read(struct grid *, const struct experiment *, const char *folder, struct error *);

#endif
