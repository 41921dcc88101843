/* plots.h - the plots of a report, drawn by gnuplot from the templates in scripts/plots. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_H

#include "harness/reports/groups.h"

/* What x is. */
enum plot_axis {
    PLOT_PORTION, /* a line for each strategy, a panel for each batch size */
    PLOT_BATCH,   /* a line for each portion, whatever the strategy */
    PLOT_EPOCH,   /* a line for each strategy and portion, a panel for each batch size */
    PLOT_RECALL,  /* likewise, a point for each epoch at the test recall@1 that it had come to */
};

/* One plot: scripts/plots/NAME.gp draws plots/NAME.dat into plots/NAME.svg and plots/NAME.png. */
struct plot {
    const char *name, *caption;
    enum aggregate_metric metric;
    double scale; /* of the metric, to the unit on the axis */
    enum plot_axis axis;
    int by_backprop; /* 1: direct and two_pass are lines of their own; 0: the first alone is drawn */
};
extern const struct plot plots[]; /* ends with a NULL name; to add a plot: its row in plots.c and its template */

/* Whether the points of a line are epochs. */
int plot_is_by_epoch(const struct plot *);

/* Whether there is anything to draw; of plots by epochs, whether any line would have two points. */
int plot_applies(const struct plot *, const struct aggregate *);

/* Writes data and images under FOLDER/plots. Fails, leaving no half image, where gnuplot is missing or says no. */
int plot_draw(const struct plot *, const struct aggregate *, const char *folder, struct error *);

#endif
