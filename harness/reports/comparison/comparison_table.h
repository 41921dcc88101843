/* comparison_table.h - comparisons as a table of texts, for files or for print, as `compare` and reports show it. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_TABLE_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_TABLE_H

#include "base/listing.h"
#include "harness/reports/comparison/comparison.h"

enum comparison_style {
    COMPARISON_FILE,  /* column names as in files, fractions, "" if not known */
    COMPARISON_PRINT, /* titles, percent and other units, intervals as "a … b"; empty columns are left out */
};

struct comparison_column {
    char *name; /* owned */
    int is_number;
};

struct comparison_table {
    int column_count, row_count;
    struct comparison_column *columns; /* (column_count) owned */
    char **cells;                      /* (row_count, column_count) owned */
};

/* Makes a row for each row of the comparisons (count >= 1): the level in a column named after the factor, the values
 * kept apart in theirs, then the numbers. `wanted` is a difference or ratio for which the column of needed seeds is
 * filled; NAN: it stays empty. Fails if memory runs out; there is then nothing to release. */
int comparison_table_make(struct comparison_table *, const struct comparison *const *, int count, enum comparison_style,
                          double wanted, const struct axes *, struct error *);
void comparison_table_release(struct comparison_table *); /* safe on a zeroed table */

/* Adds the table's columns and cells to a listing; `style` is the one that the table was made with. Cells of a
 * COMPARISON_FILE table are added as numbers. */
void comparison_table_list(const struct comparison_table *, enum comparison_style style, struct listing *);

#endif
