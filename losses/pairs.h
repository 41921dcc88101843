/* pairs.h - shared by losses: the pairs of one anchor by kind, sums over a kind, distances and softplus. */
#ifndef PARTGRAD_LOSSES_PAIRS_H
#define PARTGRAD_LOSSES_PAIRS_H

#include "losses/loss.h"

/* Several kinds are combined with |. */
enum pair_kind {
    PAIR_SELF = 0,
    PAIR_POSITIVE = 1, /* of the anchor's class */
    PAIR_NEGATIVE = 2, /* of another class */
    PAIR_ANY = 3,
};

static inline enum pair_kind pair_kind(const struct anchor *anchor, int j)
{
    if (j == anchor->index) return PAIR_SELF;
    return anchor->labels[j] == anchor->label ? PAIR_POSITIVE : PAIR_NEGATIVE;
}

/* How many columns are of these kinds. */
int pair_count(const struct anchor *, unsigned kinds);

/* log sum_j exp(logits_j) over the columns of these kinds, computed relative to the largest so that nothing overflows;
 * -INFINITY if there are none. In double, because losses are differences of such sums. */
double pair_log_sum(const struct anchor *, const float *logits, unsigned kinds);

/* Sets all of an anchor's slopes and weights to 0 and returns 0, the loss of an anchor that lacks the pairs it
 * needs. */
float pair_none(const struct anchor *, float *slopes);

/* Sets all slopes of a row to 0. */
void pair_clear(const struct anchor *, float *slopes);

/* exp(logit - log_sum): a pair's share of its sum. */
float pair_share(float logit, double log_sum);

/* log(1 + exp(x)), and its slope 1 / (1 + exp(-x)); for any x, even infinite. */
double pairs_softplus(double x);
double pairs_logistic(double x);

/* log(exp(a) + exp(b)). */
double pairs_log_add(double a, double b);

/* Distances of unit vectors, from their similarity. */
enum distance {
    DISTANCE_EUCLIDEAN, /* sqrt(2 - 2 s) */
    DISTANCE_SQUARED,   /* 2 - 2 s */
    DISTANCE_COSINE,    /* 1 - s */
};
extern const char *const distance_names[]; /* choices of an option */

float distance_value(enum distance, float similarity);
/* d(distance)/ds; 0 for the Euclidean distance of vectors that are equal up to rounding, where it has no slope. */
float distance_slope(enum distance, float similarity);

#endif
