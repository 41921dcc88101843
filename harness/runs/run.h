/* run.h - a run: an experiment, its grid, and the folder where their results are. All that processes share, on one
 * machine or many, are files in it that appear by rename.
 *
 *   experiment.yaml          the file as given
 *   environment.json         the machine and the libraries
 *   slurm/N/                 what was handed to Slurm the Nth time (executor_slurm.c)
 *   cells/NAME/experiment.yaml  the cell's own settings, all of them
 *   cells/NAME/result.csv    one row, when the cell is done, whole or absent
 *   cells/NAME/epochs.csv    a row for each epoch so far
 *   cells/NAME/log.txt       what the cell said
 *   cells.csv, epochs.csv    gathered from the cells' files; can always be rebuilt
 */
#ifndef PARTGRAD_HARNESS_RUNS_RUN_H
#define PARTGRAD_HARNESS_RUNS_RUN_H

#include "harness/runs/grid.h"

struct run {
    char *folder;  /* owned */
    int lock;      /* file held against other drivers; 0: none */
    int cell_lock; /* file held against other processes of the same cell; 0: none */
    struct experiment experiment;
    struct grid grid;
};

/* Reads the experiment, makes the folder where it is missing, and keeps other drivers out until the run is released or
 * the process ends. Where the folder holds another experiment, says on stderr how they differ, and goes on with the
 * new one: its results stay. */
int run_begin(struct run *, const char *experiment_path, const char *folder, struct error *);
/* Opens a run that was begun, as its cells do. */
int run_open(struct run *, const char *folder, struct error *);
void run_release(struct run *); /* safe on a zeroed run */

/* The grid's cell of that name; NULL, and an error, where there is none. */
const struct cell *run_find_cell(const struct run *, const char *name, struct error *);

/* cells/NAME, made where missing; the caller frees. NULL on failure, as where the run's folder has been taken away. */
char *run_cell_folder(const struct run *, const struct cell *, struct error *);

enum run_status { RUN_MISSING, RUN_OK, RUN_FAILED };
/* What a cell's result.csv says; one that is damaged or has the columns of another version is missing. */
enum run_status run_cell_status(const struct run *, const struct cell *);

/* 1 where the cell's folder holds what other settings than the grid's came to. */
int run_cell_is_changed(const struct run *, const struct cell *);

/* What a cell under way has come to, by its last row of epochs.csv; recall@1 is the last that was measured. */
struct run_progress {
    int epoch;                                                /* -1: not one has ended */
    double test_recall_at_1, images_per_second, wall_seconds; /* NAN where not measured */
};
struct run_progress run_cell_progress(const struct run *, const struct cell *);

struct run_counts {
    int ok, failed, missing;
};
struct run_counts run_count(const struct run *);

/* Keeps other processes from training the cell until the run is released or this process ends; waits for one that
 * does. Returns 0, -1, or RUN_INTERRUPTED where a signal came meanwhile (base/interrupt.h). */
enum { RUN_INTERRUPTED = -2 };
int run_lock_cell(struct run *, const struct cell *, struct error *);
/* Whether a process somewhere holds the cell's lock. */
int run_cell_is_running(const struct run *, const struct cell *);

/* Writes cells.csv and epochs.csv from what the cells left, in the grid's order. */
int run_gather(const struct run *, struct error *);

#endif
