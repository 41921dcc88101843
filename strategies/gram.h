/* gram.h - inner products of the gradient vectors that strategies match: v_i = u_i h_i^T, sample i's share of the
 * linear head's gradient, or v_i = u_i if there is no linear head. */
#ifndef PARTGRAD_STRATEGIES_GRAM_H
#define PARTGRAD_STRATEGIES_GRAM_H

#include "base/arena.h"
#include "base/batch.h"

/* Carves an array (B, B) for the inner products of a batch of this shape. */
float *gram_take(const struct batch *shape, struct arena *);

/* gram (B, B) = <v_i, v_j> = (u_i . u_j)(h_i . h_j), exactly symmetric, and bit-equal for any number of threads.
 * Products that are not finite become 0, so that a sample whose gradient has diverged matches nothing. */
void gram_compute(const struct batch *, float *gram);

/* sums (B) = <v_i, sum_j v_j>; returns |sum_j v_j|^2. */
double gram_sum(const float *gram, int size, double *sums);

#endif
