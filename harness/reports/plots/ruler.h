/* ruler.h - the settings in which the groups of one line agree, and those of one panel: the rules by which series.h
 * makes lines. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_RULER_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_RULER_H

#include "harness/reports/plots/plots.h"

/* Sets of axes, 1 for each that is in it. */
typedef char axis_set[AXES_MAX + 1];

/* What the lines of one plot are made by. */
struct ruler {
    const struct plot *plot;
    const struct groups *groups;
    const struct variation *variation;
    axis_set line;                          /* in which the groups of a line agree */
    axis_set whole;                         /* in which they agree with the whole batch's */
    axis_set whole_loose;                   /* likewise, in whatever way it was back-propagated */
    axis_set base, panel;                   /* in which lines of one panel agree; base: if there are few lines */
    axis_set color;                         /* what colors and marks are for, unless they are for strategies */
    axis_set dash;                          /* what dashes are for */
    int by_strategy;                        /* 1: colors and marks are those of strategies */
    int batch, portion, strategy, backprop; /* axes */
};

struct ruler ruler_make(const struct plot *, const struct groups *, const struct variation *);
/* Gives each strategy, or whatever colors are for, a panel of its own. */
void ruler_split(struct ruler *);

int ruler_agree(const struct ruler *, const struct group *, const struct group *, const axis_set);
/* Whether the group back-propagates the whole batch. */
int ruler_is_whole(const struct group *);
/* Whether the whole batch was trained in the way of back-propagating that a line stands for which begins with `first`.
 */
int ruler_has_own_end(const struct ruler *, const struct group *first);
/* Whether a group is on that line. */
int ruler_on_line(const struct ruler *, const struct group *first, int own_end, const struct group *);

/* A group's settings in a set of axes, in words; the strategy's name if `or_strategy` and there are none. The caller
 * frees; NULL if memory is out. */
char *ruler_label(const struct ruler *, const struct group *, const axis_set, int or_strategy);

#endif
