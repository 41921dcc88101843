/* seeds.h - pairs of cells grouped by their seed: pairs of one seed are not independent, so each seed counts once, with
 * the mean of its pairs. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_SEEDS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_SEEDS_H

#include "base/index.h"
#include "harness/reports/comparison/classes.h"
#include "harness/reports/comparison/groups.h"

/* The pairs of one seed in one row of a comparison. */
struct seed {
    int row;
    char *key; /* what orders seeds; owned */
    struct groups_value value, reference, difference, judged;
    int pair_count;
    struct classes_pair *pairs; /* (pair_count), their `seed` not set; owned */
};

/* Empty when zeroed. */
struct seeds {
    int count;
    struct seed *seed; /* (count) owned */
    struct index seen; /* "row, seed": the seed */
};
void seeds_release(struct seeds *);

/* The seed of a row that the cell has, a new one if it is the first; NULL if memory is out. Moves all others. */
struct seed *seeds_find(struct seeds *, const struct results *, int row, struct results_cell);

/* Takes in a pair: two cells, what they measured, and what is judged of it. Returns -1 if memory is out. */
int seed_add(struct seed *, struct results_cell cell, struct results_cell reference, double value,
             double reference_value, double judged);

/* The seeds of a row, ordered by what they are and not by when they came; list (seeds->count). Returns how many. */
int seeds_of_row(const struct seeds *, int row, const struct seed **list);

#endif
