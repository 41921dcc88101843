/* plots.h - the plots of a report, as a table. To add one: its row in plots.c and its template in scripts/plots. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_H

#include "harness/tables/metrics.h"

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
    const char *metric; /* of metrics_table; in its unit in print */
    enum plot_axis axis;
    int by_backprop; /* 1: direct and two_pass are lines of their own; 0: the first alone is drawn */
};
extern const struct plot plots[]; /* ends with a NULL name */

/* The plot's metric. */
const struct metric *plot_metric(const struct plot *);
/* Whether the points of a line are epochs. */
int plot_is_by_epoch(const struct plot *);

#endif
