/* rows.h - figures that are tables, with names of rows on the left or of columns below. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_ROWS_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_ROWS_H

#include "harness/reports/plots/figure.h"

/* Arranges the panels, which must exist, in as many columns as fit on a page. Each is at least `least` points wide and
 * as wide as the widest title; a single panel is 420 wide. */
void rows_set_columns(struct figure *, int least);

/* Makes y the positions 1 .. count, downwards, and writes name[i] at place[i] (NULL: i + 1) beside the first panel of
 * each row of panels. Call rows_set_columns first. */
void rows_set_names(struct figure *, const char *const *name, const int *place, int count);

/* Makes x the positions 1 .. count, and writes their names below the panels. */
void rows_set_columns_names(struct figure *, const char *const *name, int count);

#endif
