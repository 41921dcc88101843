/* executor.h - ways to run cells: processes on this machine, or job arrays of a cluster's scheduler. Results are in the
 * run's folder, wherever cells ran. To add a way, write executor_NAME.c and add its line below. */
#ifndef PARTGRAD_HARNESS_RUNS_EXECUTOR_H
#define PARTGRAD_HARNESS_RUNS_EXECUTOR_H

#include <regex.h>

#include "harness/runs/run.h"

enum { EXECUTOR_JOBS_MAX = 256 };

struct executor_options {
    const char *data;          /* folder of packs */
    int jobs;                  /* cells at once, at most EXECUTOR_JOBS_MAX; with a scheduler, 0: as many as it likes */
    int threads;               /* of each cell */
    double timeout;            /* seconds after which a cell is killed; 0: never */
    int retry_failed;          /* 1: re-run cells that failed */
    int force;                 /* 1: re-run cells whose results were made with other settings */
    int watch;                 /* 1: show the curve of each running cell on a terminal */
    int quiet;                 /* 1: show no progress and gather no tables */
    int from;                  /* skip the grid's cells before this one */
    const struct index *known; /* identities of cells to skip; NULL: none */
    const regex_t *only;       /* only cells whose names match; NULL: all */
    const char *slurm;         /* more arguments for sbatch, as a shell would split them */
};

/* Cells of a run, in the grid's order. */
struct cell_list {
    int count;
    const struct cell **cells; /* (count); borrowed from the grid, the array owned */
};

struct executor {
    const char *name;
    int waits; /* 1: the cells have ended when `run` returns; 0: they are handed over */
    int (*run)(const struct run *, const struct cell_list *, const struct executor_options *, struct error *);
    /* For cells that are handed over: reports what is queued, and arranges that the cells which follow from their
     * results are handed over too once they have ended. NULL if it waits. */
    int (*follow)(const struct run *, const struct executor_options *, struct error *);
};

/* Processes on this machine. A cell that fails becomes a row with its reason, and the others continue. SIGINT, SIGTERM
 * and SIGHUP stop the cells at their next step; a second signal, or taking more than a few seconds to stop, kills them.
 * The run then fails and can be resumed. */
extern const struct executor executor_local;
/* Job arrays of Slurm. */
extern const struct executor executor_slurm;

/* Lists the cells to run: those without a result, or whose result the options want to replace. */
int executor_list_due(struct cell_list *, const struct run *, const struct executor_options *, struct error *);
void cell_list_release(struct cell_list *); /* safe on a zeroed list */

#endif
