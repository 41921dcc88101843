/* grid_table.h - grid.csv: the cells that a run's last start asked for. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_TABLE_H
#define PARTGRAD_HARNESS_RUNS_GRID_TABLE_H

#include "harness/runs/grid.h"

/* A row for each cell: its name and identity, the experiment file that asked for it, which of its points it is, and the
 * batch that was found for it. */
int grid_table_write(const struct grid *, const struct experiment *, const char *folder, struct error *);

/* Of a grid as grid_init makes it, keeps the cells that the table has, with their names, identities and batches.
 * Returns 1 where the table is of this experiment; 0, and the grid as it was, where it is not, or where there is none;
 * -1 if memory is out. */
int grid_table_take(struct grid *, const struct experiment *, const char *folder, struct error *);

#endif
