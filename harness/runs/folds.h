/* folds.h - `validation: {fold: all}`: every block of a share of the train classes. */
#ifndef PARTGRAD_HARNESS_RUNS_FOLDS_H
#define PARTGRAD_HARNESS_RUNS_FOLDS_H

#include "harness/runs/experiment.h"

/* Whether a setting's text is `all` for the fold. */
int folds_are_all(const struct settings_block *, const struct field *, const char *text);

/* Replaces `all` by the numbers of the variant's folds, once its share is known. Fails if there is no share, or several
 * shares, which have different numbers of folds. */
int folds_expand(struct experiment *, struct variant *, struct error *);

#endif
