/* report_tables.h - the tables of numbers in a report. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H

#include "harness/reports/comparison/comparison.h"
#include "harness/reports/comparison/curves.h"
#include "harness/reports/page/contents.h"

/* A table has no more rows than this, so that a page of any run opens at once. */
enum { REPORT_ROWS_MAX = 2000, REPORT_CELL_ID_SIZE = 32 };

/* The id of the row of a cell, by its position in results.ok, from 1. */
#define REPORT_CELL_ID "cell-%d"

/* A document that is being written, and what it is made from. */
struct report_document {
    const struct markup *markup;
    FILE *stream;
    const char *folder; /* where the document will be */
    const struct results *results;
    const struct variation *variation;
    const struct groups *groups;
    const struct curves *curves; /* without any if the document has no row for each cell */
    struct contents *contents;   /* the sections so far */
};

/* Whether the document has a row for each cell. */
int report_tables_have_cells(const struct report_document *);

/* A row for each group: what tells it from others, and the means of the metrics; links to the rows of its cells. Speeds
 * that other work touched are marked. */
int report_tables_groups(const struct report_document *, struct error *);

/* A row for each cell that ended well: the settings that vary, what it measured, its files, the command that runs it
 * again. For documents that have such rows. */
int report_tables_cells(const struct report_document *, struct error *);

/* A row of an explorable table with the files and the command of a cell. `cells` as in markup.h; `id` and the curve may
 * be NULL. */
int report_tables_linked_row(const struct report_document *, const struct markup_table *, const char *const *cells,
                             const char *id, struct results_cell, const struct curve *, struct error *);

/* A row for each row of the comparisons (count >= 1), as `compare` has it. Fails where memory is out. */
int report_tables_differences(const struct report_document *, const struct comparison *const *, int count,
                              const char *caption, struct error *);

/* Says how many rows of a table are shown and where the others are; nothing if all are. */
void report_tables_cut(const struct report_document *, int shown, int count, const char *elsewhere);

#endif
