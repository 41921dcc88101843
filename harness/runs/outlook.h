/* outlook.h - the states of a run's cells, wherever they run, and how long the rest will take: from the files in its
 * folder, and from Slurm for cells that were handed to it. */
#ifndef PARTGRAD_HARNESS_RUNS_OUTLOOK_H
#define PARTGRAD_HARNESS_RUNS_OUTLOOK_H

#include "harness/runs/cell_progress.h"

enum outlook_state {
    OUTLOOK_OK,
    OUTLOOK_FAILED,
    OUTLOOK_RUNNING,
    OUTLOOK_QUEUED,
    OUTLOOK_BEGUN, /* stopped; will be resumed */
    OUTLOOK_PENDING,
    OUTLOOK_STATES
};
extern const char *const outlook_state_names[OUTLOOK_STATES]; /* "ok", ... */

struct outlook_cell {
    enum outlook_state state;
    int changed; /* 1: its result was made with other settings */
    struct cell_progress progress;
};

struct outlook {
    int count;                  /* the grid's cells */
    struct outlook_cell *cells; /* (count); owned */
    int states[OUTLOOK_STATES]; /* how many are in each */
    int changed;
    int is_driven; /* 1: a `partgrad run` is working on the run */
    double share;  /* of the work that is done, 0 .. 1 */
    double left;   /* seconds until the last has ended, with as many running as now; NAN: not known */
};

/* Looks at an open run. Says on stderr if Slurm cannot be asked. */
int outlook_init(struct outlook *, const struct run *, struct error *);
void outlook_release(struct outlook *); /* safe on a zeroed one */

/* Whether something is still happening: a cell runs or is queued, or a driver is working. */
int outlook_is_moving(const struct outlook *);

#endif
