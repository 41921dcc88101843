/* points.h - the points of a variant: every combination of its axes. */
#ifndef PARTGRAD_HARNESS_RUNS_POINTS_H
#define PARTGRAD_HARNESS_RUNS_POINTS_H

#include "harness/runs/experiment.h"

/* One combination. */
struct point {
    struct settings asked; /* as the file says: `auto` may stand in it */
    int count;
    const struct factor *factors[AXES_MAX]; /* (count) the variant's, the one that changes slowest first */
    int at[AXES_MAX];                       /* (count) position in the factor's values */
};

/* Returns 0, or what ends the walk. */
typedef int points_visit(void *context, const struct point *, struct error *);
/* Visits all points of the variant, in the order of the file's lists, the seed changing fastest. */
int points_each(const struct experiment *, const struct variant *, points_visit *, void *context, struct error *);

/* How many there are of all variants; `most` + 1 or more if they are more than `most`. */
size_t points_count(const struct experiment *, size_t most);

/* Gives the axis that value, which was parsed when it was read, with what it brings along. */
void points_set(const struct experiment *, struct settings *, int axis, const struct value *);

#endif
