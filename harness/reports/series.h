/* series.h - the lines of a plot: which groups of an aggregate lie on which line, in which panel, and how a line looks.
 */
#ifndef PARTGRAD_HARNESS_REPORTS_SERIES_H
#define PARTGRAD_HARNESS_REPORTS_SERIES_H

#include "harness/reports/groups.h"
#include "harness/reports/plots.h"

enum { SERIES_LABEL_SIZE = 160 };

struct series_point {
    double x, mean, deviation; /* deviation: NAN where there is one seed */
};

/* One line. Lines that have something in common look alike in that respect, wherever they are. */
struct series {
    const struct aggregate_group *first; /* a group that lies on it */
    char label[SERIES_LABEL_SIZE];
    int in_key; /* 1: the first line of its label */
    int panel;  /* 0, 1, ... like the three below: one for each batch size, or one for all */
    int color;  /* by strategy; by portion where x is the batch size; by both where points are epochs */
    int shape;  /* by run, data set, model, loss, sampler ...; where all have one colour, colours tell these instead */
    int dash;   /* by backprop */
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
};

/* The aggregate must outlive the list. */
int series_list_init(struct series_list *, const struct plot *, const struct aggregate *, struct error *);
void series_list_release(struct series_list *); /* safe on a zeroed list */

#endif
