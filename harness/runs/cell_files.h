/* cell_files.h - reads what cells left in their folders. */
#ifndef PARTGRAD_HARNESS_RUNS_CELL_FILES_H
#define PARTGRAD_HARNESS_RUNS_CELL_FILES_H

#include "base/csv.h"
#include "base/index.h"
#include "harness/tables/column.h"

/* What a cell's folder holds. A result counts only if its row is of this very cell: one that was copied from another
 * folder, or is damaged, is missing. */
enum run_status { RUN_MISSING, RUN_OK, RUN_FAILED };
struct cell_state {
    enum run_status status;
    int changed; /* 1: the result is of other settings than the grid's cell, and stays until --force */
};

/* The hash of a cell folder's experiment.yaml; "" if it has none. */
void cell_folder_identity(const char *folder, char identity[IDENTITY_SIZE]);

/* The folders of cells that there are: their names by their identities. */
struct cell_folders {
    int count;
    char **names;                    /* (count); owned */
    struct index by_identity, pairs; /* pairs: of "IDENTITY/NAME" */
};
int cell_folders_read(struct cell_folders *, const char *run_folder, struct error *);
void cell_folders_release(struct cell_folders *); /* safe on zeroed folders */
/* The folder that holds this training, that of the cell's own name if it does; NULL: none. */
const char *cell_folders_find(const struct cell_folders *, const struct cell *);

/* What the folder holds of the cell. */
struct cell_state cell_state_read(const char *folder, const struct cell *);

/* Appends the rows of a cell's file in the order of the columns, with what the grid says of the cell; nothing if the
 * file is not there, is damaged, or is not of that cell. */
void cell_rows_append(FILE *, const char *path, const struct cell *, const struct column_table *);

/* What the cell's row in its folder says of a metric; NAN if it says nothing. */
double cell_measure_read(const char *folder, const struct cell *, const char *metric);

/* A cell's epochs.csv; -1 if there is none. */
int cell_epochs_read(struct csv_table *, const char *path, const char *cell);

#endif
