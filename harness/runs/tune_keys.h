/* tune_keys.h - reads `tune:` of an experiment file. */
#ifndef PARTGRAD_HARNESS_RUNS_TUNE_KEYS_H
#define PARTGRAD_HARNESS_RUNS_TUNE_KEYS_H

#include "harness/runs/keys.h"

/* The keys of `tune` that are not settings, for `list settings` and the documentation. */
extern const struct field tune_fields[];

/* Reads the mapping into the experiment's tuning, after its variants have been read. Fails on settings that cannot be
 * tuned or that the file sets elsewhere too, and on a metric that is not measured on validation classes. */
int tune_read(struct key_reader *, const struct node *);

#endif
