/* grid_fit.h - finds the batches of points that ask for the largest batch (`batch_size: largest`) or limit their
 * memory. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_FIT_H
#define PARTGRAD_HARNESS_RUNS_GRID_FIT_H

#include "base/listing.h"
#include "harness/runs/grid.h"

/* Whether the grid has such points. */
int grid_is_open(const struct grid *);
/* Finds the batches (harness/training/fit.h) of such cells that are not settled, for `threads` threads unless a cell
 * sets its own number. Points for which nothing fits are left out. Fails if no point is left, or if a pack or a weights
 * file is missing. */
int grid_fit(struct grid *, const struct experiment *, const char *data_folder, int threads, struct error *);

/* Lists the results, a row for each such point whose cell is still in the grid; with `keys`, its `asked` too. */
void grid_fit_list(const struct grid *, int keys, struct listing *);
/* Writes that list to FOLDER/batches.csv, or no file if there are no such points. */
int grid_fit_write(const struct grid *, const char *folder, struct error *);
/* Gives such points their batches from that file, if it exists. */
int grid_fit_read(struct grid *, const struct experiment *, const char *folder, struct error *);

#endif
