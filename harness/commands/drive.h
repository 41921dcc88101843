/* drive.h - has the cells of a run trained, wave by wave: what `partgrad run` does once it has opened the run. */
#ifndef PARTGRAD_HARNESS_COMMANDS_DRIVE_H
#define PARTGRAD_HARNESS_COMMANDS_DRIVE_H

#include "harness/runs/executor.h"

struct drive {
    const struct executor *executor;
    struct executor_options options; /* jobs and threads that are 0 are chosen */
    const char *pattern;             /* the text of options.only */
    int verify;                      /* 1: the packs' data is read and checked */
    int due;                         /* cells that were run or handed over */
};

/* Of a run that was begun. Says on stderr what has changed and what is chosen, on stdout what there is in the end.
 * Fails if cells that are no trials failed, too. */
int drive_run(struct run *, struct drive *, struct error *);

/* results/NAME for anywhere/NAME.yaml; the caller frees. */
char *drive_default_folder(const char *experiment);

#endif
