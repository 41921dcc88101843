/* cell_progress.h - the progress of a cell, from the epochs.csv in its folder. */
#ifndef PARTGRAD_HARNESS_RUNS_CELL_PROGRESS_H
#define PARTGRAD_HARNESS_RUNS_CELL_PROGRESS_H

#include "harness/runs/run.h"

/* From its last row; recall@1 is the last measured value. */
struct cell_progress {
    int epoch;                                                /* last finished epoch; -1: none */
    int epochs;                                               /* total; 0: not known yet */
    double share;                                             /* of all steps, that are done */
    double test_recall_at_1, images_per_second, wall_seconds; /* NAN if not measured */
    double since;   /* seconds since an epoch ended or the cell was started, whichever is later; 0: not known */
    int resumes;    /* 1: it has a checkpoint to resume from */
    int is_earlier; /* 1: the row was written before the cell's last start */
};
struct cell_progress cell_progress_read(const struct run *, const struct cell *);

/* recall@1 of the evaluated epochs: of validation classes if there are any, else of test classes. */
struct cell_curve {
    int is_valid; /* 1: of validation classes */
    int count;
    double *recall; /* (count); owned */
};
/* Empty if nothing was measured. */
struct cell_curve cell_curve_read(const struct run *, const struct cell *);
void cell_curve_release(struct cell_curve *); /* safe on an empty one */

#endif
