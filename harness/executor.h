/* executor.h - runs cells, each in a process of its own, so that a crash takes one cell and its peak memory is its own.
 */
#ifndef PARTGRAD_HARNESS_EXECUTOR_H
#define PARTGRAD_HARNESS_EXECUTOR_H

#include <regex.h>

#include "harness/run.h"

struct executor_options {
    const char *data;    /* folder of packs */
    int jobs;            /* cells at once */
    int threads;         /* of each cell */
    double timeout;      /* seconds after which a cell is ended; 0: never */
    int retry_failed;    /* 1: cells that failed are run again */
    const regex_t *only; /* cells whose names it matches; NULL: all */
};

/* Runs every cell that has no result yet, gathering as they finish. A cell that fails becomes a row with its reason and
 * the others go on. SIGINT and SIGTERM stop the cells and fail with a run that can be resumed. */
int executor_run(const struct run *, const struct executor_options *, struct error *);

#endif
