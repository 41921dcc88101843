/* row_columns.h - columns and rows of a report's tables of groups and cells: the axes that distinguish rows, and
 * metrics. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_ROW_COLUMNS_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_ROW_COLUMNS_H

#include "harness/reports/page/markup.h"
#include "harness/reports/comparison/variation.h"

enum { ROW_COLUMNS_MAX = AXES_MAX + 32 };

/* The texts of a row, in the order of the columns. Empty if count is 0. */
struct row_texts {
    int count;
    char text[ROW_COLUMNS_MAX][VARIATION_TEXT_SIZE];
    const char *cells[ROW_COLUMNS_MAX]; /* (count) pointers to the texts, as markup wants them */
};

/* The heads of the columns. Empty if titles.count is 0. */
struct row_heads {
    struct row_texts titles;
    struct markup_column columns[ROW_COLUMNS_MAX];
};

/* Appends an empty text; returns the buffer to write it to (VARIATION_TEXT_SIZE). */
char *row_next(struct row_texts *);
/* Appends a column whose cells are numbers (1) or texts (0); returns the buffer for its title (VARIATION_TEXT_SIZE). */
char *row_head(struct row_heads *, int number);

/* Lists the axes that are columns of a table of groups, in order: those that distinguish cells, then batch size,
 * portion, strategy and backward mode in any case. Returns how many. */
int row_axes(const struct variation *, int list[AXES_MAX + 1]);

/* Writes a metric's title with its unit: "recall@1, %". */
void row_metric_title(const struct metric *, char text[VARIATION_TEXT_SIZE]);

/* A metric that a table shows, and its digits after the point; -1: as usual for its unit. */
struct row_metric {
    const char *name;
    int digits;
};
enum { ROW_NUMBER_SIZE = 64 };
/* Writes a value as in print, without the unit; "" if it is NAN. */
void row_metric_value(const struct row_metric *, double value, char text[ROW_NUMBER_SIZE]);

#endif
