/* draw.h - writes a figure as files: its data as CSV, and images that gnuplot draws with scripts/plots/figure.gp. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_DRAW_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_DRAW_H

#include "harness/reports/plots/figure.h"

/* Writes FOLDER/NAME.csv, .svg and .png. Sets the figure's description if it has none, its ranges and its label
 * positions. Fails if a file cannot be written, gnuplot is missing or fails, or memory runs out; each file is complete
 * or absent. */
int draw_figure(struct figure *, const char *name, const char *folder, struct error *);

#endif
