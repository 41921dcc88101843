/* rows.h - figures that are tables: rows with names to their left. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_ROWS_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_ROWS_H

#include "harness/reports/plots/figure.h"

/* Sets as many columns of panels as a page holds, each at least `least` points wide and as wide as the panels' titles;
 * a single panel is 420 wide. Panels must be there. */
void rows_set_columns(struct figure *, int least);

/* Makes y the positions 1 ... count, downwards, and writes names (count) of the places 1 ... count beside the first
 * panel of each line of panels. The columns must be set. */
void rows_set_names(struct figure *, const char *const *name, const int *place, int count);

/* Makes x the positions 1 ... count and writes their names below the panels. */
void rows_set_columns_names(struct figure *, const char *const *name, int count);

#endif
