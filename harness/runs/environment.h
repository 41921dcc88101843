/* environment.h - environment.json: the machine, the libraries and the program that made a run, and from what. */
#ifndef PARTGRAD_HARNESS_RUNS_ENVIRONMENT_H
#define PARTGRAD_HARNESS_RUNS_ENVIRONMENT_H

#include "harness/runs/experiment.h"
#include "harness/runs/grid.h"

/* Writes PATH; says on stderr what would spoil timings (other load). What a file there says of an earlier start stays
 * in it, under "earlier", if that differs in more than time and load. */
int environment_write(const char *path, const struct experiment *, const struct grid *, const char *data_folder,
                      int jobs, int threads, struct error *);

/* The threads of each cell that PATH says; 0 if it does not. */
int environment_threads(const char *path);

/* Says on stderr if precision (enum network_precision) is auto and this CPU makes f32 of it. */
void environment_note_precision(int precision);

#endif
