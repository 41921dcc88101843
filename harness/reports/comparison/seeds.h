/* seeds.h - groups the pairs of a comparison by seed. Pairs of one seed are not independent, so each seed counts once,
 * with the mean of its pairs. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_SEEDS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_SEEDS_H

#include "base/index.h"
#include "harness/reports/comparison/classes.h"
#include "harness/reports/comparison/groups.h"

/* The pairs of one seed in one row of a comparison. */
struct seed {
    int row;
    char *key; /* seed and fold as a text, by which seeds are ordered; owned */
    struct groups_value value, reference, difference, judged;
    int pair_count;
    struct classes_pair *pairs; /* (pair_count) with `seed` not set; owned */
};

/* Empty when zeroed. */
struct seeds {
    int count;
    struct seed *seed; /* (count) owned */
    struct index seen; /* "row, seed": the position in `seed` */
};
void seeds_release(struct seeds *);

/* The cell's seed in a row, which is added if it is new; NULL if memory runs out. Earlier pointers to seeds become
 * invalid. */
struct seed *seeds_find(struct seeds *, const struct results *, int row, struct results_cell);

/* Adds a pair: two cells, their measurements, and the difference that is tested. Returns -1 if memory runs out. */
int seed_add(struct seed *, struct results_cell cell, struct results_cell reference, double value,
             double reference_value, double judged);

/* Lists the seeds of a row in list (seeds->count), ordered by key. Returns how many there are. */
int seeds_of_row(const struct seeds *, int row, const struct seed **list);

#endif
