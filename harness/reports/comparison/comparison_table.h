/* comparison_table.h - comparisons as a table of texts, for a file or for people: `compare` and reports show the same.
 */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_TABLE_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_TABLE_H

#include "base/listing.h"
#include "harness/reports/comparison/comparison.h"

enum comparison_style {
    COMPARISON_FILE,  /* names of columns, fractions, "" for what is not known */
    COMPARISON_PRINT, /* titles, units of print, "a … b"; columns that would be empty are left out */
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

/* A row for each row of the comparisons (count >= 1): the level under its factor's name, the values kept apart under
 * theirs, then numbers. With `wanted`, a difference or a ratio, how many seeds would show it; NAN: no such column. */
int comparison_table_make(struct comparison_table *, const struct comparison *const *, int count, enum comparison_style,
                          double wanted, const struct axes *, struct error *);
void comparison_table_release(struct comparison_table *); /* safe on a zeroed table */

/* The same as a listing: of a file's style, with numbers. `style` is what the table was made with. */
void comparison_table_list(const struct comparison_table *, enum comparison_style style, struct listing *);

#endif
