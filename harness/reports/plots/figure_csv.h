/* figure_csv.h - a figure's data as CSV: a row for each point. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_CSV_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_CSV_H

#include <stdio.h>

#include "harness/reports/plots/figure.h"

/* Writes the columns panel, series, of ("mean", "seed 2"), those of x, y and value, low and high (ends of the bar;
 * empty if there is none), note. Numbers are as in the other files (fractions, bytes). Lines for reference are left
 * out. */
void figure_write_csv(FILE *, const struct figure *);

#endif
