/* cell_files.h - reads the files in cells' folders. */
#ifndef PARTGRAD_HARNESS_RUNS_CELL_FILES_H
#define PARTGRAD_HARNESS_RUNS_CELL_FILES_H

#include "base/csv.h"
#include "base/index.h"
#include "harness/tables/column.h"

/* What a cell's folder holds. A result counts only if its row belongs to this very cell; a damaged one, or one copied
 * from another folder, counts as missing. */
enum run_status { RUN_MISSING, RUN_OK, RUN_FAILED };
struct cell_state {
    enum run_status status;
    int changed; /* 1: the result was made with other settings than the grid's cell has; it stays until --force */
};

/* The hash of a cell folder's experiment.yaml; "" if it has none. */
void cell_folder_identity(const char *folder, char identity[IDENTITY_SIZE]);

/* The existing folders of cells, by the identities of their settings. */
struct cell_folders {
    int count;
    char **names;                    /* (count); owned */
    struct index by_identity, pairs; /* pairs: of "IDENTITY/NAME" */
};
/* Reads the identities of all folders in RUN/cells. */
int cell_folders_read(struct cell_folders *, const char *run_folder, struct error *);
void cell_folders_release(struct cell_folders *); /* safe on zeroed folders */
/* The name of the folder with this cell's identity, preferably that of the cell's own name; NULL: none. */
const char *cell_folders_find(const struct cell_folders *, const struct cell *);

/* The state of the cell's files in the folder. */
struct cell_state cell_state_read(const char *folder, const struct cell *);

/* Appends the rows of a cell's file in the order of the columns, with the grid's columns about the cell. Appends
 * nothing if the file is missing, damaged, or not of that cell. */
void cell_rows_append(FILE *, const char *path, const struct cell *, const struct column_table *);

/* The value of a metric in the cell's row; NAN if it has none. */
double cell_measure_read(const char *folder, const struct cell *, const char *metric);

/* Reads a cell's epochs.csv; returns -1 if there is none. */
int cell_epochs_read(struct csv_table *, const char *path, const char *cell);

#endif
