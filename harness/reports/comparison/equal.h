/* equal.h - compares a metric at an equal value of another, such as the gap at equal recall. The reference's metric is
 * interpolated between the ends of training runs of several budgets, each with its full schedule. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_EQUAL_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_EQUAL_H

#include "harness/reports/comparison/pairs.h"

/* A cell and the value that it is compared with. */
struct equal_pair {
    struct pair pair;        /* its reference is the partner with the smallest budget */
    double value, reference; /* the metric of both; NAN if a cell did not measure it */
    int is_outside;          /* 1: the reference never reaches the value; `reference` is NAN */
};
struct equal_pairs {
    int count;
    struct equal_pair *pair; /* (count) owned */
};

/* For each cell of pairs across an axis (pairs_find), interpolates the metric that its partners have where they equal
 * the cell in column `at`. The partners are ordered by budget, and the first segment between two neighbors that
 * contains the cell's value of `at` is used, linearly. Fails if no cell has two partners or memory runs out; there is
 * then nothing to release. */
int equal_find(struct equal_pairs *, const struct pairs *, const struct results *, int across, const char *at,
               const char *metric, struct error *);
void equal_release(struct equal_pairs *); /* safe on zeroed pairs */

#endif
