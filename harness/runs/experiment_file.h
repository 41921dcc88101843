/* experiment_file.h - reads experiment files. */
#ifndef PARTGRAD_HARNESS_RUNS_EXPERIMENT_FILE_H
#define PARTGRAD_HARNESS_RUNS_EXPERIMENT_FILE_H

#include "harness/runs/experiment.h"

/* Reads a YAML file, or standard input if the path is "-", and applies `sets` (count) as in --set KEY=VALUE. A bare
 * name that is no file, "demo" or "demo.yaml", is one of the experiments that came with the program. Errors name file,
 * line and key, and the nearest right key. */
int experiment_read(struct experiment *, const char *path, const char *const *sets, int count, struct error *);
/* The same of a text; `name` goes in front of errors. */
int experiment_read_text(struct experiment *, const char *text, const char *name, const char *const *sets, int count,
                         struct error *);

#endif
