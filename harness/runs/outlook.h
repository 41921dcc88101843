/* outlook.h - what has become of a run's cells, wherever they run, and how long the others will take: by the files in
 * its folder, and by Slurm's word on those that were handed to it. */
#ifndef PARTGRAD_HARNESS_RUNS_OUTLOOK_H
#define PARTGRAD_HARNESS_RUNS_OUTLOOK_H

#include "harness/runs/cell_progress.h"

enum outlook_state {
    OUTLOOK_OK,
    OUTLOOK_FAILED,
    OUTLOOK_RUNNING,
    OUTLOOK_QUEUED,
    OUTLOOK_BEGUN, /* stopped, and to be resumed */
    OUTLOOK_PENDING,
    OUTLOOK_STATES
};
extern const char *const outlook_state_names[OUTLOOK_STATES]; /* "ok", ... */

struct outlook_cell {
    enum outlook_state state;
    int changed; /* 1: its result is of other settings */
    struct cell_progress progress;
};

struct outlook {
    int count;                  /* the grid's cells */
    struct outlook_cell *cells; /* (count); owned */
    int states[OUTLOOK_STATES]; /* how many are in each */
    int changed;
    int is_driven; /* 1: `partgrad run` holds the run */
    double share;  /* of the work that is done, 0 .. 1 */
    double left;   /* seconds until the last has ended, as many running as do now; NAN: not known */
};

/* Of a run that was opened. Says on stderr if Slurm cannot be asked. */
int outlook_init(struct outlook *, const struct run *, struct error *);
void outlook_release(struct outlook *); /* safe on a zeroed one */

/* Whether something is still going on: a cell runs or is queued, or a driver is at work. */
int outlook_is_moving(const struct outlook *);

#endif
