/* gradient_plots.h - plots of gradients.csv: a row for each strategy, a mark for each portion, a panel for each batch
 * size. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_GRADIENT_PLOTS_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_GRADIENT_PLOTS_H

#include "harness/reports/comparison/gradient_results.h"

/* Draws FOLDER/plots/NAME.svg, .png and .csv of the run, and stores names, captions and descriptions in run->plots,
 * which the run owns. Fails as draw_figure does. */
int gradient_plots_draw(struct gradient_run *, const char *folder, struct error *);

#endif
