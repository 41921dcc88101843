/* soft_rank.h - the rank of a column in an anchor's row with a sigmoid in place of each comparison, so that it has a
 * slope; shared by losses that approximate ranking metrics.
 *
 *   rank_p = 1 + sum_{j != p} G((s_j - s_p) / T), G(x) = 1 / (1 + exp(-x)) */
#ifndef PARTGRAD_LOSSES_SOFT_RANK_H
#define PARTGRAD_LOSSES_SOFT_RANK_H

#include "losses/pairs.h"

/* How many columns of these kinds rank before column p, itself excluded. */
double soft_rank_before(const struct anchor *, const float *similarities, int p, double temperature, unsigned kinds);

/* Adds to slopes (size) those of along[kind] * soft_rank_before(... kind), for PAIR_POSITIVE and PAIR_NEGATIVE. */
void soft_rank_add_slopes(const struct anchor *, const float *similarities, int p, double temperature,
                          const double along[PAIR_ANY], float *slopes);

#endif
