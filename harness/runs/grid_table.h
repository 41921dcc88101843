/* grid_table.h - grid.csv of a run's folder: the cells that its last start asked for. Not only the experiment file
 * tells them: cells may have folders of other names, and some were left out since the data could not serve them. */
#ifndef PARTGRAD_HARNESS_RUNS_GRID_TABLE_H
#define PARTGRAD_HARNESS_RUNS_GRID_TABLE_H

#include "base/csv.h"
#include "harness/runs/grid.h"

/* Writes FOLDER/grid.csv, a row for each cell; `experiment` is the checksum of the file that asks for them. */
int grid_table_write(const struct grid *, const char *folder, const char *experiment, struct error *);

struct grid_table {
    int known; /* 1: it is there, and of the same experiment file */
    struct csv_table table;
    int name, identity, asked; /* columns; asked is -1 of an earlier version, whose rows go by their places */
    struct index rows;
};

/* `grid` is what the experiment file asks for at first. A table that is not there is not known. */
int grid_table_read(struct grid_table *, const struct grid *, const char *folder, const char *experiment,
                    struct error *);
void grid_table_release(struct grid_table *); /* safe on a zeroed table */

/* Gives the cells that are not settled the names and identities that they have in the table, and settles them. If none
 * is in it, as of a wave that the run has not got to, they stay as they are; else those that are not in it were left
 * out and leave the grid. */
int grid_table_take(const struct grid_table *, struct grid *, struct error *);

#endif
