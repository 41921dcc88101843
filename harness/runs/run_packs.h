/* run_packs.h - packs.csv of a run. */
#ifndef PARTGRAD_HARNESS_RUNS_RUN_PACKS_H
#define PARTGRAD_HARNESS_RUNS_RUN_PACKS_H

#include "harness/runs/run.h"

/* Writes what the packs of the run's cells hold. */
int run_packs_write(const struct run *, const char *data_folder, struct error *);

#endif
