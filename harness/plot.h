/* plot.h - the plots of a report, drawn by gnuplot from the templates in scripts/plots. */
#ifndef PARTGRAD_HARNESS_PLOT_H
#define PARTGRAD_HARNESS_PLOT_H

#include "harness/aggregate.h"

/* One plot: scripts/plots/NAME.gp draws plots/NAME.dat into plots/NAME.svg and plots/NAME.png. */
struct plot {
    const char *name, *caption;
    enum aggregate_metric metric;
    double scale;      /* of the metric, to the unit on the axis */
    int against_batch; /* 1: x is the batch size and lines are portions; 0: x is the portion */
    int by_backprop;   /* 1: direct and two_pass are lines of their own; 0: the first alone is drawn */
};
extern const struct plot plots[]; /* ends with a NULL name; to add a plot: its row in plot.c and its template */

/* Writes data and images under FOLDER/plots. Fails, leaving no half image, where gnuplot is missing or says no. */
int plot_draw(const struct plot *, const struct aggregate *, const char *folder, struct error *);

#endif
