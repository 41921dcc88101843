/* step_times.h - how long training steps take here, for cells that are to have equal time. Measured once in a run,
 * alone on the machine, and kept in RUN/times.csv, a row for each kind of step of each training run. */
#ifndef PARTGRAD_HARNESS_RUNS_STEP_TIMES_H
#define PARTGRAD_HARNESS_RUNS_STEP_TIMES_H

#include "harness/runs/grid.h"

/* Of cells whose inputs are known: sets the steps of those of equal time that have none, by what times.csv says, or
 * measured now, which is told; each measurement is kept at once. `here` is 0 if cells will run on other machines:
 * then what is missing is an error. No cell may run meanwhile. */
int step_times_resolve(struct grid *, const char *folder, const char *data_folder, int here, struct error *);

#endif
