/* reduction.c - see reduction.h. */
#include "losses/reduction.h"

const char *const reduce_anchor_names[] = {"anchors", "nonzero", NULL};
const char *const reduce_pair_names[] = {"anchors", "nonzero", "pairs", NULL};
const char *const without_pairs_names[] = {"zero", "skip", NULL};

int reduction_weighs(const struct reduction *reduction)
{
    return reduction->reduce != REDUCE_ANCHORS || reduction->without_pairs != WITHOUT_PAIRS_ZERO;
}

double reduction_weight(const struct reduction *reduction, double terms)
{
    return reduction->reduce == REDUCE_ANCHORS ? terms > 0 : terms;
}
