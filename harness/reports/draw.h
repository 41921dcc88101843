/* draw.h - the lines of a plot as images, drawn by gnuplot from the templates in scripts/plots. */
#ifndef PARTGRAD_HARNESS_REPORTS_DRAW_H
#define PARTGRAD_HARNESS_REPORTS_DRAW_H

#include "harness/reports/series.h"

/* Writes data and images under FOLDER/plots. Fails, leaving no half image, if gnuplot is missing or says no. */
int draw_plot(const struct plot *, const struct series_list *, const struct variation *, const char *folder,
              struct error *);

#endif
