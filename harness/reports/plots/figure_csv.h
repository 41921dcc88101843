/* figure_csv.h - the data behind a picture as a table: a row for each point that it shows. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_CSV_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_CSV_H

#include <stdio.h>

#include "harness/reports/plots/figure.h"

/* Columns: panel, series, of ("mean", "seed 2"), those of x, y and value, low and high (ends of the bar; empty where
 * there is none), note. Numbers are those of the files: fractions, bytes. */
void figure_write_csv(FILE *, const struct figure *);

#endif
