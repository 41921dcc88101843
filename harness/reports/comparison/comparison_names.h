/* comparison_names.h - the columns in a comparison's request: checks that they exist, and lists those kept apart. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_NAMES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_NAMES_H

#include "harness/reports/comparison/variation.h"

/* Fails if the name is neither a metric, nor "group" (pairs.h), nor a column of any table; the error suggests a name.
 */
int comparison_check_column(const struct results *, const char *name, struct error *);

/* Columns that are kept apart. Empty when zeroed. */
struct comparison_by {
    int count;
    char **name; /* (count) */
};

/* Appends the columns of a request's list (comparison_request.by): "" means all that vary, except the factor. The
 * caller frees the names and the array, also on failure. Fails if a column does not exist or memory runs out. */
int comparison_collect_by(struct comparison_by *, const char *list, const char *factor, const struct variation *,
                          struct error *);

#endif
