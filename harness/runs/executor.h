/* executor.h - ways to have cells run: processes of this machine, or job arrays of a cluster's scheduler. What cells
 * come to is in the run's folder, wherever they ran. To add a way: a file executor_NAME.c, its line below. */
#ifndef PARTGRAD_HARNESS_RUNS_EXECUTOR_H
#define PARTGRAD_HARNESS_RUNS_EXECUTOR_H

#include <regex.h>

#include "harness/runs/run.h"

enum { EXECUTOR_JOBS_MAX = 256 };

struct executor_options {
    const char *data;          /* folder of packs */
    int jobs;                  /* cells at once, at most EXECUTOR_JOBS_MAX; of a scheduler, 0: as many as it likes */
    int threads;               /* of each cell */
    double timeout;            /* seconds after which a cell is ended; 0: never */
    int retry_failed;          /* 1: cells that failed are run again */
    int force;                 /* 1: so are those whose results are of other settings */
    int watch;                 /* 1: the terminal's view has the curve of each running cell */
    int quiet;                 /* 1: no progress, and nothing gathered */
    int from;                  /* cells before this one of the grid are left alone */
    const struct index *known; /* identities of cells that are left alone; NULL: none */
    const regex_t *only;       /* cells whose names it matches; NULL: all */
    const char *slurm;         /* arguments for sbatch besides our own, as a shell would split them */
};

/* Cells of a run, in the grid's order. */
struct cell_list {
    int count;
    const struct cell **cells; /* (count); borrowed from the grid, the array owned */
};

struct executor {
    const char *name;
    int waits; /* 1: the cells have ended when run returns; 0: they are handed over */
    int (*run)(const struct run *, const struct cell_list *, const struct executor_options *, struct error *);
    /* If cells are handed over: says what there is, and sees to it that what their results lead to is handed over
     * too, once they have ended. NULL of one that waits. */
    int (*follow)(const struct run *, const struct executor_options *, struct error *);
};

/* Processes of this machine. A cell that fails becomes a row with its reason and the others go on. SIGINT,
 * SIGTERM and SIGHUP stop the cells at their next step, a second one at once, as are cells that take more than a few
 * seconds to stop; the run fails, and can be resumed. */
extern const struct executor executor_local;
/* Job arrays of Slurm. */
extern const struct executor executor_slurm;

/* The cells that are to be run: without a result, or with one that the options want anew. */
int executor_list_due(struct cell_list *, const struct run *, const struct executor_options *, struct error *);
void cell_list_release(struct cell_list *); /* safe on a zeroed list */

#endif
