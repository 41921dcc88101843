/* points.h - the points of a variant: every combination of its axes. */
#ifndef PARTGRAD_HARNESS_RUNS_POINTS_H
#define PARTGRAD_HARNESS_RUNS_POINTS_H

#include "harness/runs/experiment.h"

/* One combination. */
struct point {
    struct settings asked; /* as in the file, possibly with `auto` */
    int count;
    const struct factor *factors[AXES_MAX]; /* (count) the variant's factors, slowest first */
    int at[AXES_MAX];                       /* (count) position in the factor's values */
};

/* Returns 0 to continue; anything else ends the walk. */
typedef int points_visit(void *context, const struct point *, struct error *);
/* Visits all points of the variant, in the order of the file's lists, the seed changing fastest. */
int points_each(const struct experiment *, const struct variant *, points_visit *, void *context, struct error *);

/* The number of points of all variants; some number above `most` if there are more than that. */
size_t points_count(const struct experiment *, size_t most);

/* Sets the axis to a value and applies the value's overrides. */
void points_set(const struct experiment *, struct settings *, int axis, const struct value *);

#endif
