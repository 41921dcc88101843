/* step_times.h - how long training steps take on this machine, for cells with equal time. Measured once in a run, while
 * no cell runs, and kept in RUN/times.csv, a row for each kind of step of each training run. */
#ifndef PARTGRAD_HARNESS_RUNS_STEP_TIMES_H
#define PARTGRAD_HARNESS_RUNS_STEP_TIMES_H

#include "harness/runs/grid.h"

/* Sets the steps of cells with `equal: time` that have none, from times.csv or by measuring now, which is reported;
 * each measurement is saved at once. The cells' inputs must be known, and no cell may run meanwhile. `here` is 0 if
 * cells will run on other machines; then a missing time is an error. */
int step_times_resolve(struct grid *, const char *folder, const char *data_folder, int here, struct error *);

#endif
