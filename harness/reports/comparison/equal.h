/* equal.h - comparisons at an equal value of something else, such as the gap at equal recall: between the ends of runs
 * of several budgets, each of which has had its whole schedule. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_EQUAL_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_EQUAL_H

#include "harness/reports/comparison/pairs.h"

/* A cell and what it is compared with. */
struct equal_pair {
    struct pair pair;        /* the reference: its run of the smallest budget */
    double value, reference; /* NAN where a cell did not measure it */
    int is_outside;          /* 1: the reference never reaches the value; `reference` is NAN */
};
struct equal_pairs {
    int count;
    struct equal_pair *pair; /* (count) */
};

/* For each cell that pairs across an axis have (pairs_find), the metric that its partners would have where they are
 * equal to it in `at`: their ends are taken in the order of their budgets, and of the straight lines from each to the
 * next the first that passes through the value is followed. Fails if no cell has two partners. */
int equal_find(struct equal_pairs *, const struct pairs *, const struct results *, int across, const char *at,
               const char *metric, struct error *);
void equal_release(struct equal_pairs *); /* safe on zeroed pairs */

#endif
