/* grid_table.h - grid.csv in a run's folder: the cells of its last start. The experiment file alone does not determine
 * them: cells may have folders with other names, and some were left out because the data could not support them. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_TABLE_H
#define PARTGRAD_HARNESS_RUNS_GRID_TABLE_H

#include "base/csv.h"
#include "harness/runs/grid.h"

/* Writes FOLDER/grid.csv, a row for each cell; `experiment` is the checksum of the experiment file. */
int grid_table_write(const struct grid *, const char *folder, const char *experiment, struct error *);

struct grid_table {
    int known; /* 1: it exists and belongs to the same experiment file */
    struct csv_table table;
    int name, identity,
        asked; /* columns; asked is -1 in tables of earlier versions, whose rows are matched by position */
    struct index rows;
};

/* Reads the table. `grid` is the grid that the experiment file gives at first. A missing table is not an error; then
 * known is 0. */
int grid_table_read(struct grid_table *, const struct grid *, const char *folder, const char *experiment,
                    struct error *);
void grid_table_release(struct grid_table *); /* safe on a zeroed table */

/* Gives cells that are not settled their names and identities from the table, and settles them. If none of them is in
 * the table, because the run has not reached their wave, they stay as they are; otherwise those that are not in it had
 * been left out and are removed from the grid. */
int grid_table_take(const struct grid_table *, struct grid *, struct error *);

#endif
