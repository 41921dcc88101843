/* cell_progress.h - how far a cell has come, by the epochs.csv in its folder. */
#ifndef PARTGRAD_HARNESS_RUNS_CELL_PROGRESS_H
#define PARTGRAD_HARNESS_RUNS_CELL_PROGRESS_H

#include "harness/runs/run.h"

/* By its last row; recall@1 is the last that was measured. */
struct cell_progress {
    int epoch;                                                /* -1: not one has ended */
    int epochs;                                               /* that there will be; 0: not known yet */
    double share;                                             /* of all steps that are done */
    double test_recall_at_1, images_per_second, wall_seconds; /* NAN if not measured */
    double since;   /* seconds since an epoch ended or the cell was started, whichever was last; 0: not known */
    int resumes;    /* 1: it has a checkpoint to resume from */
    int is_earlier; /* 1: the row is older than the cell's last start */
};
struct cell_progress cell_progress_read(const struct run *, const struct cell *);

/* recall@1 of the epochs that were evaluated: of validation classes if there are any, else of test classes. */
struct cell_curve {
    int is_valid; /* 1: of validation classes */
    int count;
    double *recall; /* (count); owned */
};
/* Empty if nothing was measured. */
struct cell_curve cell_curve_read(const struct run *, const struct cell *);
void cell_curve_release(struct cell_curve *); /* safe on an empty one */

#endif
