/* report_tables.h - the tables of numbers in a report. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H

#include "harness/reports/comparison.h"
#include "harness/reports/markup.h"

/* A document that is being written, and what it is made from. */
struct report_document {
    const struct markup *markup;
    FILE *stream;
    const struct results *results;
    const struct variation *variation;
    const struct groups *groups;
};

/* A row for each group: what tells it from others, and the means of the metrics. Speeds that other work touched are
 * marked. */
void report_tables_groups(const struct report_document *);

/* A row for each metric and row of its comparison (count), all of one factor. `metrics` has the metrics' names. */
void report_tables_differences(const struct report_document *, const char *factor, const char *const *metrics,
                               const struct comparison *, int count);

#endif
