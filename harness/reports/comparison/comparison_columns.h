/* comparison_columns.h - the columns of a comparison's table other than its levels, and how they write a row's text. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_COLUMNS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_COLUMNS_H

#include "harness/reports/comparison/comparison.h"

enum { COMPARISON_TEXT_SIZE = 96 };

/* What a row of the table is made from. */
struct comparison_shown {
    const struct comparison *comparison;
    const struct comparison_row *row;
    struct metric_format format; /* of the metric in print */
    double wanted;               /* difference or ratio for the column of needed seeds; NAN: none */
};

/* A column. Tables end with a NULL name. */
struct comparison_column_kind {
    const char *name;
    int is_number;
    void (*write)(const struct comparison_shown *, char text[COMPARISON_TEXT_SIZE]); /* "" if not known */
};

/* Files have the columns after the levels; print has some before the levels too. */
extern const struct comparison_column_kind comparison_file_columns[];
extern const struct comparison_column_kind comparison_print_first[], comparison_print_columns[];

#endif
