/* series.h - the lines of a plot: which groups lie on which line, in which panel, and how a line looks. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_SERIES_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_SERIES_H

#include "harness/reports/plots/plots.h"

/* One point of a line, in values of the files. */
struct series_point {
    double x, mean, deviation; /* deviation: NAN where there is one seed */
    int count;                 /* of cells */
    const struct group *group; /* whose mean it is */
};

/* One line. A strategy has one color and mark (palette.h); lines of it differ in their dashes. */
struct series {
    const struct group *first; /* a group that lies on it */
    char *label;               /* what tells it from all other lines of its batch size; owned by the list */
    char *short_label;         /* what tells it from other lines of its panel; likewise */
    int own_end;               /* 1: the whole batch was back-propagated in the line's way too */
    int panel;                 /* 0, 1, ... */
    int base;                  /* the panel that it would be in if there were few lines */
    int is_landmark;           /* 1: of `full` or `random`, which other panels show too */
    int color, dash;           /* positions among the colors (that are no strategies') and the dashes of the plot */
    struct look look;          /* no two of a panel have one, as far as there are enough */
    int point_count;
    struct series_point *points; /* (point_count), x or the epoch ascending; in the list's memory */
};

struct series_list {
    int count, panel_count;
    char **panel_title;          /* (panel_count) owned */
    int is_split;                /* 1: there are so many lines that each strategy has a panel */
    struct series *series;       /* (count), no two of the same panel and label */
    struct series_point *points; /* all lines' */
    int has_whole; /* 1: lines have a point of the whole batch, where every strategy is the same training */
};

/* A panel holds so many lines before they get panels of their own. */
enum { SERIES_LINES_MAX = 7 };

/* Whether there is anything to draw; of plots by epochs or batch sizes, whether any
 * line would have two points. */
int series_apply(const struct plot *, const struct groups *);

/* The groups must outlive the list. */
int series_list_init(struct series_list *, const struct plot *, const struct groups *, const struct variation *,
                     struct error *);
void series_list_release(struct series_list *); /* safe on a zeroed list */

#endif
