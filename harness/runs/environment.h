/* environment.h - environment.json: the machine, libraries, program and input files of a run. */
#ifndef PARTGRAD_HARNESS_RUNS_ENVIRONMENT_H
#define PARTGRAD_HARNESS_RUNS_ENVIRONMENT_H

#include "harness/runs/experiment.h"
#include "harness/runs/grid.h"

/* Writes PATH; warns on stderr of other load, which would spoil timings. The records of earlier starts stay in the
 * file, under "earlier", if they differ in more than time and load. */
int environment_write(const char *path, const struct experiment *, const struct grid *, const char *data_folder,
                      int jobs, int threads, struct error *);

/* The threads of each cell as recorded in PATH; 0 if not recorded. */
int environment_threads(const char *path);

/* Says on stderr if precision (enum network_precision) is auto and means f32 on this CPU. */
void environment_note_precision(int precision);

#endif
