/* comparison_names.h - the columns that a comparison names: whether they exist, and which of them are kept apart. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_NAMES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_NAMES_H

#include "harness/reports/comparison/variation.h"

/* Fails if no table has the column and it is no metric, with what could have been meant. */
int comparison_check_column(const struct results *, const char *name, struct error *);

/* Columns that are kept apart; owned. */
struct comparison_by {
    int count;
    char **name; /* (count) */
};

/* Fills them (empty so far) from a list as requests have it: all that vary but the factor are in "". What is there is
 * the caller's to free also on failure. */
int comparison_collect_by(struct comparison_by *, const char *list, const char *factor, const struct variation *,
                          struct error *);

#endif
