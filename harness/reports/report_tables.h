/* report_tables.h - the tables of numbers in a report. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_TABLES_H

#include "harness/reports/comparison/comparison.h"
#include "harness/reports/comparison/curves.h"
#include "harness/reports/page/contents.h"

/* A table has at most this many rows, so that the page of a large run opens fast. */
enum { REPORT_ROWS_MAX = 2000, REPORT_CELL_ID_SIZE = 32 };

/* The id of a cell's row, by its position in results.ok, counted from 1. */
#define REPORT_CELL_ID "cell-%d"

/* A document that is being written, and its data. */
struct report_document {
    const struct markup *markup;
    FILE *stream;
    const char *folder; /* the document's folder */
    const struct results *results;
    const struct variation *variation;
    const struct groups *groups;
    const struct curves *curves; /* empty if the document has no row for each cell */
    struct contents *contents;   /* the sections so far */
};

/* Whether the document has a row for each cell. */
int report_tables_have_cells(const struct report_document *);

/* Writes a row for each group: what distinguishes it, the means of metrics, and links to the rows of its cells. Marks
 * times and speeds that other work affected. Fails if memory runs out. */
int report_tables_groups(const struct report_document *, struct error *);

/* Writes a row for each cell that finished: the settings that vary, its metrics, links to its files, and the command
 * that trains it again. Only if report_tables_have_cells. Fails if memory runs out. */
int report_tables_cells(const struct report_document *, struct error *);

/* Writes a row of an explorable table, with the files and the command of a cell. `cells` as in markup.h; `id` and the
 * curve may be NULL. Fails if memory runs out. */
int report_tables_linked_row(const struct report_document *, const struct markup_table *, const char *const *cells,
                             const char *id, struct results_cell, const struct curve *, struct error *);

/* Writes a row for each row of the comparisons (count >= 1), as `compare` prints it. Fails if memory runs out. */
int report_tables_differences(const struct report_document *, const struct comparison *const *, int count,
                              const char *caption, struct error *);

/* Writes how many of `count` rows are shown, and `elsewhere`, which says where the others are; nothing if all are
 * shown. */
void report_tables_cut(const struct report_document *, int shown, int count, const char *elsewhere);

#endif
