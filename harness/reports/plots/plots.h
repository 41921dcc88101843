/* plots.h - the plots of a report, as a table. To add one: its row in plots.c, and its maker if it is of a new kind. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_PLOTS_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_PLOTS_H

#include "harness/reports/plots/figure.h"
#include "harness/reports/comparison/groups.h"
#include "harness/reports/comparison/variation.h"

/* What x is in a plot of lines. */
enum plot_axis {
    PLOT_PORTION, /* a line for each strategy */
    PLOT_BATCH,   /* a line for each portion, whatever the strategy */
    PLOT_EPOCH,   /* a line for each strategy and portion */
    PLOT_STEP,    /* likewise, a point for every few steps; of groups_step_metrics alone */
    PLOT_METRIC,  /* likewise, a point for each epoch at what the metric `x` had come to */
};

/* What plots are made from. */
struct plot_input {
    const struct groups *groups; /* with their epochs and steps */
    const struct variation *variation;
};

struct plot;
/* Fills an empty figure; leaves it without series where the runs have nothing to show. */
typedef int plot_maker(struct figure *, const struct plot *, const struct plot_input *, struct error *);

/* One plot: plots/NAME.csv, plots/NAME.svg and plots/NAME.png. */
struct plot {
    const char *name, *title, *caption;
    plot_maker *make;
    const char *metric;  /* of metrics_table; in its unit in print */
    const char *x;       /* a metric, if x is one, or in which what is compared is to be equal */
    const char *x_title; /* in the place of the metric's label */
    enum plot_axis axis;
    const char *second; /* NULL, or a metric drawn beside it, without marks */
    int by_backprop;    /* 1: direct and two_pass are lines of their own; 0: the first alone is drawn */
    int has_zero;       /* 1: the y axis begins at 0 */
};
extern const struct plot plots[]; /* ends with a NULL name */

/* The kinds, each in its file. */
plot_maker plot_lines, plot_front, plot_dots, plot_heat, plot_memory, plot_scatter, plot_tuned;

/* The plot's metric. */
const struct metric *plot_metric(const struct plot *);
/* Whether the points of a line are epochs or steps. */
int plot_is_of_course(const struct plot *);

/* Makes a plot's figure with title, subject, caption and description. The figure has no series where there is nothing
 * to show; the caller releases it in any case. */
int plot_make(struct figure *, const struct plot *, const struct plot_input *, struct error *);

#endif
