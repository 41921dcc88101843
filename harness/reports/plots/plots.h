/* plots.h - the table of a report's plots. To add one, add its row in plots.c, and a maker if it is of a new kind. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_PLOTS_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_PLOTS_H

#include "harness/reports/plots/figure.h"
#include "harness/reports/comparison/groups.h"
#include "harness/reports/comparison/variation.h"

/* The x axis of a line plot, and the lines that the plot has. */
enum plot_axis {
    PLOT_PORTION, /* a line for each strategy */
    PLOT_BATCH,   /* a line for each portion, whatever the strategy */
    PLOT_EPOCH,   /* a line for each strategy and portion */
    PLOT_STEP,    /* likewise, a point for every few steps; for groups_step_metrics only */
    PLOT_METRIC,  /* likewise, a point for each epoch, at its value of the metric `x` */
};

/* What plots are made from. All members belong to the same results. */
struct plot_input {
    const struct groups *groups; /* with their epochs and steps */
    const struct variation *variation;
};

struct plot;
/* Fills a figure that has a title, subject and caption. Leaves it without series if the runs have nothing to show.
 * Returns 0, or -1 with the error set. */
typedef int plot_maker(struct figure *, const struct plot *, const struct plot_input *, struct error *);

/* One plot: plots/NAME.csv, plots/NAME.svg and plots/NAME.png. */
struct plot {
    const char *name, *title, *caption;
    plot_maker *make;
    const char *metric;  /* from metrics_table */
    const char *x;       /* the metric on x (PLOT_METRIC, plot_scatter), or made equal (plot_dots) */
    const char *x_title; /* replaces the label of the metric on x */
    enum plot_axis axis;
    const char *second; /* NULL, or a second metric, drawn without marks */
    int by_backprop;    /* 1: direct and two_pass have lines of their own; 0: only the first of them is drawn */
    int has_zero;       /* 1: the y axis includes 0 */
};
extern const struct plot plots[]; /* ends with a NULL name */

/* The kinds of plots, each in its own file. */
plot_maker plot_lines, plot_front, plot_dots, plot_heat, plot_memory, plot_scatter, plot_tuned;

/* The plot's metric in metrics_table. */
const struct metric *plot_metric(const struct plot *);
/* Whether the points of a line are epochs or steps of a training run. */
int plot_is_of_course(const struct plot *);

/* Makes a plot's figure with title, subject, caption and description. It has no series if there is nothing to show. The
 * caller releases the figure, also on failure. */
int plot_make(struct figure *, const struct plot *, const struct plot_input *, struct error *);

#endif
