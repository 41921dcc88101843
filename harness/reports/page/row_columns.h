/* row_columns.h - the columns that a table of groups or of cells has: the axes that tell rows apart, and metrics; and
 * the texts of a row, in the order of its columns. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_ROW_COLUMNS_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_ROW_COLUMNS_H

#include "harness/reports/page/markup.h"
#include "harness/reports/comparison/variation.h"

enum { ROW_COLUMNS_MAX = AXES_MAX + 32 };

/* The texts of a row; empty with count 0. */
struct row_texts {
    int count;
    char text[ROW_COLUMNS_MAX][VARIATION_TEXT_SIZE];
    const char *cells[ROW_COLUMNS_MAX]; /* the same */
};

/* The heads of its columns. */
struct row_heads {
    struct row_texts titles;
    struct markup_column columns[ROW_COLUMNS_MAX];
};

/* Where the next text of the row goes (VARIATION_TEXT_SIZE), empty so far. */
char *row_next(struct row_texts *);
/* Appends a column whose cells are numbers (1) or texts. Returns where its title goes. */
char *row_head(struct row_heads *, int number);

/* The axes that are columns of a table of groups, in their order: those that tell cells apart, and the batch's and the
 * strategy's even where they do not. Returns how many. */
int row_axes(const struct variation *, int list[AXES_MAX + 1]);

/* "recall@1, %". */
void row_metric_title(const struct metric *, char text[VARIATION_TEXT_SIZE]);

/* A metric that is shown, with so many digits; -1: those that its unit usually has. */
struct row_metric {
    const char *name;
    int digits;
};
enum { ROW_NUMBER_SIZE = 64 };
/* The value in print, without its unit; "" where it is NAN. */
void row_metric_value(const struct row_metric *, double value, char text[ROW_NUMBER_SIZE]);

#endif
