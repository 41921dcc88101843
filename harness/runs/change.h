/* change.h - what it means for a run that its experiment, or a file that it reads, has changed. */
#ifndef PARTGRAD_HARNESS_RUNS_CHANGE_H
#define PARTGRAD_HARNESS_RUNS_CHANGE_H

#include "harness/runs/run.h"

/* After run_identify and before run_keep: says on stderr which cells are new or gone since the experiment file in the
 * run's folder, and which keep results of other settings, with the lines that differ. Says nothing if nothing is to
 * be said. */
int change_show(const struct run *, struct error *);

#endif
