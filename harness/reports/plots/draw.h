/* draw.h - a figure as files: its data as CSV, and images drawn by gnuplot from scripts/plots/figure.gp. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_DRAW_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_DRAW_H

#include "harness/reports/plots/figure.h"

/* Writes FOLDER/NAME.csv, .svg and .png; the figure's ranges are set and its labels moved. Fails, leaving no half file,
 * if gnuplot is missing or fails. */
int draw_figure(struct figure *, const char *name, const char *folder, struct error *);

#endif
