/* series.h - the lines of a plot: which groups lie on which line, in which panel, and how a line looks. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_SERIES_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_SERIES_H

#include "harness/reports/plots/plots.h"

/* A point of a line, in the files' units. */
struct series_point {
    double x, mean, deviation; /* deviation: standard deviation; NAN if there is one seed */
    int count;                 /* cells averaged */
    const struct group *group; /* the group of these cells */
};

/* A line. A strategy has one color and mark (palette.h); its lines differ in their dashes. */
struct series {
    const struct group *first; /* a group that lies on it */
    char *label;               /* distinguishes it from all lines of its batch size; owned by the list */
    char *short_label;         /* distinguishes it from lines of its panel; likewise */
    int own_end;               /* 1: a whole batch was trained with the line's way of back-propagating */
    int panel;                 /* 0, 1, ... */
    int base;                  /* its panel if there were few lines */
    int is_landmark;           /* 1: a line of `full` or `random`, which other panels show too */
    int color, dash;           /* positions among the plot's values that colors and dashes show */
    struct look look;          /* distinct within a panel, while there are enough looks */
    int point_count;
    struct series_point *points; /* (point_count) by ascending x or epoch; part of the list's array */
};

struct series_list {
    int count, panel_count;
    char **panel_title;          /* (panel_count) owned */
    int is_split;                /* 1: many lines, so each strategy has its own panel */
    struct series *series;       /* (count) owned */
    struct series_point *points; /* the points of all lines; owned */
    int has_whole;               /* 1: lines have a point at p = 1, where all strategies are the same */
};

/* With more lines in a panel, each strategy gets its own. */
enum { SERIES_LINES_MAX = 7 };

/* Whether there is anything to draw. Plots by epoch, step or batch size need two values on x. */
int series_apply(const struct plot *, const struct groups *);

/* Makes the lines of a plot. Groups and variation must outlive the list. Fails if memory runs out; there is then
 * nothing to release. */
int series_list_init(struct series_list *, const struct plot *, const struct groups *, const struct variation *,
                     struct error *);
void series_list_release(struct series_list *); /* safe on a zeroed list */

#endif
