/* series.h - the lines of a plot: which groups lie on which line, in which panel, and how a line looks. */
#ifndef PARTGRAD_HARNESS_REPORTS_SERIES_H
#define PARTGRAD_HARNESS_REPORTS_SERIES_H

#include "harness/reports/groups.h"
#include "harness/reports/plots.h"
#include "harness/reports/variation.h"

struct series_point {
    double x, mean, deviation; /* deviation: NAN where there is one seed */
};

/* One line. Lines that have something in common look alike in that respect, wherever they are. */
struct series {
    const struct group *first; /* a group that lies on it */
    char *label;               /* what tells it from other lines; owned by the list */
    int own_end;               /* 1: the whole batch was back-propagated in the line's way too */
    int in_key;                /* 1: the first line of its label */
    int panel;                 /* 0, 1, ... like the three below: one for each batch size, or one for all */
    int color; /* by strategy, by portion if x is the batch size, by both if points are epochs; by label if the lines
                  are of one strategy, or of more trainings than there are marks */
    int shape; /* by all else that was trained; 0 if colors tell it */
    int dash;  /* by backprop */
    int point_count;
    struct series_point *points; /* (point_count), x or the epoch ascending; in the list's memory */
};

struct series_list {
    int count, panel_count;
    struct series *series;       /* (count), no two of the same panel and label */
    struct series_point *points; /* all lines' */
    int tick_count;
    double *ticks;        /* (tick_count), each x at which there is a point, ascending */
    double y_low, y_high; /* that hold all points and their deviations */
    int has_whole;        /* 1: lines have a point of the whole batch, where every strategy is the same training */
};

/* Whether there is anything to draw; of plots by epochs, whether any line would have two points. */
int series_apply(const struct plot *, const struct groups *);

/* The groups must outlive the list. */
int series_list_init(struct series_list *, const struct plot *, const struct groups *, const struct variation *,
                     struct error *);
void series_list_release(struct series_list *); /* safe on a zeroed list */

#endif
