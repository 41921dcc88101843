/* experiment_file.h - reads experiment files. */
#ifndef PARTGRAD_HARNESS_RUNS_EXPERIMENT_FILE_H
#define PARTGRAD_HARNESS_RUNS_EXPERIMENT_FILE_H

#include "harness/runs/experiment.h"

/* Reads a YAML file, or standard input if the path is "-", and applies `sets` (count) as in --set KEY=VALUE. A bare
 * name that is not a file, "demo" or "demo.yaml", means an experiment that came with the program. Errors name file,
 * line and key, and the nearest valid key. */
int experiment_read(struct experiment *, const char *path, const char *const *sets, int count, struct error *);
/* The same for a text; errors begin with `name`. */
int experiment_read_text(struct experiment *, const char *text, const char *name, const char *const *sets, int count,
                         struct error *);

#endif
