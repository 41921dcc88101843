/* run.h - a run: an experiment, its grid, and the folder where their results are.
 *
 *   experiment.yaml          the file as given
 *   environment.json         the machine and the libraries
 *   cells/NAME/result.csv    one row, when the cell is done, whole or absent
 *   cells/NAME/epochs.csv    a row for each epoch so far
 *   cells/NAME/log.txt       what the cell said
 *   cells.csv, epochs.csv    gathered from the cells' files; can always be rebuilt
 */
#ifndef PARTGRAD_HARNESS_RUN_H
#define PARTGRAD_HARNESS_RUN_H

#include "harness/grid.h"

struct run {
    char *folder; /* owned */
    int lock;     /* file that run_lock holds; 0: none */
    struct experiment experiment;
    struct grid grid;
};

/* Reads the experiment and makes the folder, or goes on with one that holds the same experiment; another one's folder
 * is refused. */
int run_begin(struct run *, const char *experiment_path, const char *folder, struct error *);
/* Opens a run that was begun, as its cells do. */
int run_open(struct run *, const char *folder, struct error *);
void run_release(struct run *); /* safe on a zeroed run */

/* cells/NAME, made where missing; the caller frees. NULL on failure. */
char *run_cell_folder(const struct run *, const struct cell *, struct error *);

enum run_status { RUN_MISSING, RUN_OK, RUN_FAILED };
/* What a cell's result.csv says; one that is damaged or has the columns of another version is missing. */
enum run_status run_cell_status(const struct run *, const struct cell *);

struct run_counts {
    int ok, failed, missing;
};
struct run_counts run_count(const struct run *);

/* Keeps other drivers out of the folder until the run is released or the process ends. */
int run_lock(struct run *, struct error *);

/* Writes cells.csv and epochs.csv from what the cells left, in the grid's order. */
int run_gather(const struct run *, struct error *);

#endif
