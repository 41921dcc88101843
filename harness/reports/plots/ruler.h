/* ruler.h - the rules by which series.h makes lines: in which settings the groups of a line agree, and those of a
 * panel. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_RULER_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_RULER_H

#include "harness/reports/plots/plots.h"

/* A set of axes: 1 for each member, the run last. */
typedef char axis_set[AXES_MAX + 1];

/* The rules for one plot. */
struct ruler {
    const struct plot *plot;
    const struct groups *groups;
    const struct variation *variation;
    axis_set line;                          /* axes in which the groups of a line agree */
    axis_set whole;                         /* axes in which a whole batch agrees with a line */
    axis_set whole_loose;                   /* likewise, with any way of back-propagating */
    axis_set base, panel;                   /* axes in which the lines of a panel agree; base: before ruler_split */
    axis_set color;                         /* axes that colors and marks show, unless they show strategies */
    axis_set dash;                          /* axes that dashes show */
    int by_strategy;                        /* 1: colors and marks show strategies */
    int batch, portion, strategy, backprop; /* positions of these axes; -1: none */
};

/* The rules for a plot; groups and variation must outlive them. */
struct ruler ruler_make(const struct plot *, const struct groups *, const struct variation *);
/* Gives each strategy, or each value that colors show, its own panel. */
void ruler_split(struct ruler *);

/* Whether two groups agree in a set of axes. */
int ruler_agree(const struct ruler *, const struct group *, const struct group *, const axis_set);
/* Whether the group back-propagates the whole batch. */
int ruler_is_whole(const struct group *);
/* Whether a whole batch was trained with the same way of back-propagating as the line that begins with `first`. */
int ruler_has_own_end(const struct ruler *, const struct group *first);
/* Whether a group is on that line; own_end is what ruler_has_own_end returns. */
int ruler_on_line(const struct ruler *, const struct group *first, int own_end, const struct group *);

/* A group's values of a set of axes as a text. If the set is empty, the strategy's name (or_strategy) or "". The caller
 * frees; NULL if memory runs out. */
char *ruler_label(const struct ruler *, const struct group *, const axis_set, int or_strategy);

#endif
