/* run.h - a run: an experiment, its grid, and the folder where their results are. All that processes share, on one
 * machine or many, are files in it that appear by rename.
 *
 *   experiment.yaml          the file as given, with what --set changed
 *   grid.csv                 the cells that it asked for at the last start: name, settings, wave
 *   batches.csv              what the largest batches came to, if they were asked for (grid_fit.h)
 *   contrasts.csv            what it declared that it compares, before the first cell began or after (declaration.h)
 *   environment.json         the machine and the libraries
 *   times.csv                seconds of a training step, if equal: time asked for them (step_times.h)
 *   slurm/N/                 what was handed to Slurm the Nth time (executor_slurm.c)
 *   cells/NAME/experiment.yaml  the cell's own settings, all of them: its identity (harness/tables/identity.h)
 *   cells/NAME/result.csv    one row, when the cell is done, whole or absent
 *   cells/NAME/epochs.csv    a row for each epoch so far
 *   cells/NAME/classes.csv   a row for each class of the evaluation that it reports
 *   cells/NAME/evaluations.csv  if evaluate_on or recall_at is asked for: the figures, a row each
 *   cells/NAME/weights.safetensors  what it has learned, when it is done (training/kept_weights.h)
 *   cells/NAME/log.txt       what the cell said
 *   shared/                  what cells have in common, until all are done (harness/training/shared.h)
 *   tuning.csv               of a tuned experiment: its trials, and what was chosen by them (tuning_table.h)
 *   cells.csv, epochs.csv, classes.csv, evaluations.csv  gathered from the cells' files; can always be rebuilt
 */
#ifndef PARTGRAD_HARNESS_RUNS_RUN_H
#define PARTGRAD_HARNESS_RUNS_RUN_H

#include "harness/runs/cell_files.h"
#include "harness/runs/waves.h"

struct run {
    char *folder;  /* owned */
    int lock;      /* file held against other drivers; 0: none */
    int elsewhere; /* 1: the cells run on other machines, so that nothing can be timed for them here */
    int cell_lock; /* file held against other processes of the same cell; 0: none */
    struct experiment experiment;
    struct grid grid;
    struct cell_state *states; /* (grid.count); owned */
    struct waves waves;        /* of a tuned experiment */
};

/* Reads the experiment with `sets` (count), makes the folder if it is missing, and keeps other drivers out until the
 * run is released or the process ends. The cells have no identity yet. */
int run_begin(struct run *, const char *experiment_path, const char *const *sets, int count, const char *folder,
              struct error *);
/* Gives the cells that are not settled their identity: the checksums of their packs and weights, with `verify` reading
 * all of the packs' data, and the threads (of cells that ask for none). A cell whose training is in the folder already
 * takes that folder's name. If they are to have equal time, steps are timed (step_times.h). Fails if an input is
 * missing, saying how to get it. Then reads what the cells left. */
int run_identify(struct run *, const char *data_folder, int threads, int verify, struct error *);
/* Writes experiment.yaml, grid.csv, batches.csv and contrasts.csv, and removes what killed processes left. */
int run_keep(struct run *, struct error *);

/* Opens a run that was begun, as `status` does, by its grid.csv; reads what the cells left. If the experiment file
 * in the folder is not the one that was run last, says so, and no cell is known to have been trained by it. */
int run_open(struct run *, const char *folder, struct error *);
/* Opens one cell of it, from the cell's own folder. */
int run_open_cell(struct run *, const char *folder, const char *name, struct error *);
void run_release(struct run *); /* safe on a zeroed run */

/* Of a tuned experiment: adds the cells that the results so far lead to: trials of values beyond a list's edge, or the
 * final cells. Returns 1 if there are such, to be identified and trained; 0 if there are none, or none yet, as trials
 * have not ended or keep results of other settings; -1 on failure. Pointers to cells end. What was decided is in
 * run->waves.news. */
int run_advance(struct run *, struct error *);
/* Writes tuning.csv of a tuned experiment, by what the cells have left so far. */
int run_write_tuning(struct run *, struct error *);
/* Whether all cells that the experiment leads to are in the grid. */
int run_is_whole(const struct run *);

/* The grid's cell of that name; NULL, and an error, if there is none. */
const struct cell *run_find_cell(const struct run *, const char *name, struct error *);

/* cells/NAME, made if missing; the caller frees. NULL on failure, as if the run's folder has been taken away. */
char *run_cell_folder(const struct run *, const struct cell *, struct error *);

/* RUN/shared; the caller frees. */
char *run_shared_folder(const struct run *);

/* What was read at the start, or by run_look last. */
enum run_status run_cell_status(const struct run *, const struct cell *);
int run_cell_is_changed(const struct run *, const struct cell *);
/* Reads again what the cell left. */
enum run_status run_look(const struct run *, const struct cell *);

struct run_counts {
    int ok, failed, missing, changed; /* changed ones are among the others too */
    int failed_trials;                /* of failed: trials, which are not the run's failure */
};
struct run_counts run_count(const struct run *);

/* Keeps other processes from training the cell until the run is released or this process ends; waits for one that
 * does. Returns 0, -1, or RUN_INTERRUPTED if a signal came meanwhile (base/interrupt.h). */
enum { RUN_INTERRUPTED = -2 };
int run_lock_cell(struct run *, const struct cell *, struct error *);
/* Whether a process somewhere holds the cell's lock. */
int run_cell_is_running(const struct run *, const struct cell *);

/* Writes cells.csv, epochs.csv and classes.csv, and evaluations.csv if a cell has one, from what the cells left, in
 * the grid's order; if all are done, what they shared is removed. What files of earlier versions do not say of their
 * settings is `unknown`. */
int run_gather(const struct run *, struct error *);

#endif
