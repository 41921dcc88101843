/* run.h - a run: an experiment, its grid, and the folder with the results. Processes, on one machine or many, share
 * only files in it, which appear by rename.
 *
 *   experiment.yaml          the file as given, with what --set changed
 *   grid.csv                 the cells of the last start: name, settings, wave
 *   batches.csv              the largest batches that were found, if asked for (grid_fit.h)
 *   contrasts.csv            the comparisons it declared, before or after the first cell began (declaration.h)
 *   environment.json         the machine and the libraries
 *   times.csv                seconds of a training step, for equal: time (step_times.h)
 *   slurm/N/                 what was handed to Slurm the Nth time (executor_slurm.c)
 *   cells/NAME/experiment.yaml  all of the cell's settings: its identity (harness/tables/identity.h)
 *   cells/NAME/result.csv    one row, once the cell is done
 *   cells/NAME/epochs.csv    a row for each epoch so far
 *   cells/NAME/classes.csv   a row for each class of the reported evaluation
 *   cells/NAME/evaluations.csv  with evaluate_on or recall_at: a row for each metric and data set
 *   cells/NAME/weights.safetensors  its weights, once it is done (training/kept_weights.h)
 *   cells/NAME/log.txt       the cell's output
 *   shared/                  embeddings that cells share, until all are done (harness/training/shared.h)
 *   tuning.csv               of a tuned experiment: its trials and what they chose (tuning_table.h)
 *   cells.csv, epochs.csv, classes.csv, evaluations.csv  gathered from the cells' files; can always be rebuilt */
#ifndef PARTGRAD_HARNESS_RUNS_RUN_H
#define PARTGRAD_HARNESS_RUNS_RUN_H

#include "harness/runs/cell_files.h"
#include "harness/runs/waves.h"

struct run {
    char *folder;  /* owned */
    int lock;      /* lock file against other drivers; 0: none */
    int elsewhere; /* 1: the cells run on other machines, so steps cannot be timed here */
    int cell_lock; /* lock file against other processes of the same cell; 0: none */
    struct experiment experiment;
    struct grid grid;
    struct cell_state *states; /* (grid.count); owned */
    struct waves waves;        /* of a tuned experiment */
};

/* Reads the experiment with `sets` (count), makes the folder if it is missing, and locks out other drivers until the
 * run is released or the process ends. The cells have no identity yet. */
int run_begin(struct run *, const char *experiment_path, const char *const *sets, int count, const char *folder,
              struct error *);
/* Gives cells that are not settled their identity: the checksums of their packs and weights (with `verify`, all of the
 * packs' data are read and checked) and, unless they set it themselves, the number of threads. A cell whose training is
 * already in the folder takes that folder's name. For equal time, steps are timed (step_times.h). Then reads the cells'
 * results. Fails if an input is missing, with how to get it. */
int run_identify(struct run *, const char *data_folder, int threads, int verify, struct error *);
/* Writes experiment.yaml, grid.csv, batches.csv and contrasts.csv, and removes files that killed processes left. */
int run_keep(struct run *, struct error *);

/* Opens an existing run by its grid.csv, as `status` does, and reads the cells' results. If the experiment file in the
 * folder is not the one that was run last, says so and counts no cell as trained. */
int run_open(struct run *, const char *folder, struct error *);
/* Opens a single cell of a run, from the cell's own folder. */
int run_open_cell(struct run *, const char *folder, const char *name, struct error *);
void run_release(struct run *); /* safe on a zeroed run */

/* For a tuned experiment: adds the cells that follow from the results so far, that is, trials of values beyond a list's
 * edge, or the final cells. Returns 1 if cells were added, which must be identified and trained; 0 if there are none,
 * or none yet because trials have not ended or keep results from other settings; -1 on failure. Invalidates pointers to
 * cells. run->waves.news says what was decided. */
int run_advance(struct run *, struct error *);
/* Writes tuning.csv of a tuned experiment from the results so far. */
int run_write_tuning(struct run *, struct error *);
/* Whether the grid has all cells of the experiment, final cells included. */
int run_is_whole(const struct run *);

/* The path of cells/NAME, made if missing; the caller frees. NULL on failure, for example if the run's folder has
 * disappeared. */
char *run_cell_folder(const struct run *, const struct cell *, struct error *);

/* RUN/shared; the caller frees. */
char *run_shared_folder(const struct run *);

/* The cell's state when last read, at the start or by run_look. */
enum run_status run_cell_status(const struct run *, const struct cell *);
int run_cell_is_changed(const struct run *, const struct cell *);
/* Reads the cell's result again. */
enum run_status run_look(const struct run *, const struct cell *);

struct run_counts {
    int ok, failed, missing, changed; /* changed ones are among the others too */
    int failed_trials;                /* of the failed: trials, which do not make the run fail */
};
/* Counts the cells by state. */
struct run_counts run_count(const struct run *);

/* Locks the cell against other processes until the run is released or this process ends; waits while another one trains
 * it. Returns 0, -1, or RUN_INTERRUPTED if a signal arrived meanwhile (base/interrupt.h). */
enum { RUN_INTERRUPTED = -2 };
int run_lock_cell(struct run *, const struct cell *, struct error *);
/* Whether any process holds the cell's lock. */
int run_cell_is_running(const struct run *, const struct cell *);

/* Writes cells.csv, epochs.csv, classes.csv and, if a cell has one, evaluations.csv from the cells' files, in the
 * grid's order. If all are done, removes shared files. Settings that files of earlier versions do not have are
 * `unknown`. */
int run_gather(const struct run *, struct error *);

#endif
