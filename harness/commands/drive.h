/* drive.h - trains the cells of a run, wave by wave: what `partgrad run` does after it has begun the run. */
#ifndef PARTGRAD_HARNESS_COMMANDS_DRIVE_H
#define PARTGRAD_HARNESS_COMMANDS_DRIVE_H

#include "harness/runs/executor.h"

struct drive {
    const struct executor *executor;
    struct executor_options options; /* jobs and threads of 0 are chosen here */
    const char *pattern;             /* the text of options.only */
    int verify;                      /* 1: read and check the packs' data */
    int due;                         /* number of cells that were run or handed over */
};

/* Drives a run after run_begin. Reports changes and choices on stderr, and the outcome on stdout. Also fails if cells
 * other than trials have failed. */
int drive_run(struct run *, struct drive *, struct error *);

/* results/NAME for anywhere/NAME.yaml, as a new string that the caller frees. */
char *drive_default_folder(const char *experiment);

#endif
