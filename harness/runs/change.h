/* change.h - reports what a changed experiment, or a changed input file, means for a run. */
#ifndef PARTGRAD_HARNESS_RUNS_CHANGE_H
#define PARTGRAD_HARNESS_RUNS_CHANGE_H

#include "harness/runs/run.h"

/* After run_identify and before run_keep: reports on stderr which cells are new or gone compared with the experiment
 * file in the run's folder, and which keep results from other settings, with the lines that differ. Silent if nothing
 * has changed. */
int change_show(const struct run *, struct error *);

#endif
