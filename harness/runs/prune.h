/* prune.h - leaves out the points of a grid that its data cannot serve. */
#ifndef PARTGRAD_HARNESS_RUNS_PRUNE_H
#define PARTGRAD_HARNESS_RUNS_PRUNE_H

#include "harness/runs/grid.h"

/* Looks at the packs, for the cells that are not settled, and finds the steps of equal budgets but of time
 * (step_times.h). Batches that their train classes cannot fill, or more batches to an update than an epoch has, are
 * left out with their reason. Says on stderr what that leaves to be told: what was left out, and batches that no update
 * uses. Fails if a pack or a weights file is missing, saying how to get it, and if no point is left. */
int grid_prune(struct grid *, const char *data_folder, struct error *);

#endif
