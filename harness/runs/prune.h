/* prune.h - leaves out the points of a grid that its data cannot support. */
#ifndef PARTGRAD_HARNESS_RUNS_PRUNE_H
#define PARTGRAD_HARNESS_RUNS_PRUNE_H

#include "harness/runs/grid.h"

/* Checks the cells that are not settled against their packs, and finds the steps of equal budgets (except of time:
 * step_times.h). Points whose batches the train classes cannot fill, or that need more batches per update than an epoch
 * has, are left out with the reason. Reports on stderr what was left out, and batches that no update uses. Fails if a
 * pack or a weights file is missing, with how to get it, or if no point is left. */
int grid_prune(struct grid *, const char *data_folder, struct error *);

#endif
