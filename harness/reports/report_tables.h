/* report_tables.h - the tables of numbers in a report. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H

#include "harness/reports/comparison.h"
#include "harness/reports/contents.h"

/* A document that is being written, and what it is made from. */
struct report_document {
    const struct markup *markup;
    FILE *stream;
    const struct results *results;
    const struct variation *variation;
    const struct groups *groups;
    struct contents *contents; /* the sections so far */
};

/* A row for each group: what tells it from others, and the means of the metrics. Speeds that other work touched are
 * marked. */
void report_tables_groups(const struct report_document *);

/* A row for each row of the comparisons (count >= 1), as `compare` has it. Fails where memory is out. */
int report_tables_differences(const struct report_document *, const struct comparison *const *, int count,
                              const char *caption, struct error *);

#endif
