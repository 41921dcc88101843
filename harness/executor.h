/* executor.h - runs cells, each in a process of its own, so that a crash takes one cell and its peak memory is its own.
 */
#ifndef PARTGRAD_HARNESS_EXECUTOR_H
#define PARTGRAD_HARNESS_EXECUTOR_H

#include "harness/run.h"

struct executor_options {
    const char *data; /* folder of packs */
    int jobs;         /* cells at once */
    int threads;      /* of each cell */
};

/* Runs every cell that has no good result yet, gathering as they finish. A cell that fails becomes a row with its
 * reason and the others go on: *failed counts them. SIGINT and SIGTERM stop the cells and fail with a run that can be
 * resumed. */
int executor_run(const struct run *, const struct executor_options *, int *failed, struct error *);

#endif
