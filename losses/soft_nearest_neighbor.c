/* soft_nearest_neighbor.c - the soft nearest neighbor loss: Frosst, Papernot and Hinton 2019, "Analyzing and Improving
 * Representations with the Soft Nearest Neighbor Loss", definition 1.
 *
 *   l_i = -log(epsilon + sum_P exp(-D_ij / T) / sum_{j != i} exp(-D_ij / T)), D = 2 - 2 s the squared distance
 *
 * The paper has no epsilon; TensorFlow Similarity's is 1e-9. Anchors without positive pairs count 0. */
#include <math.h>

#include "losses/pairs.h"
#include "losses/reduction.h"

struct soft_nearest_neighbor_options {
    struct reduction reduction;
    double temperature, epsilon;
};

static const struct field fields[] = {
    {"temperature", "T, how far neighbors reach", OPTION_REAL,
     offsetof(struct soft_nearest_neighbor_options, temperature), "1", 1e-3, 1e3, NULL},
    {"epsilon", "added to the share of the anchor's class, which bounds the loss", OPTION_REAL,
     offsetof(struct soft_nearest_neighbor_options, epsilon), "0", 0, 1, NULL},
    REDUCTION_FIELDS(soft_nearest_neighbor_options, reduce_anchor_names),
    {.name = NULL},
};

static float soft_nearest_neighbor_anchor(const void *options, const struct anchor *anchor, float *similarities,
                                          float *scratch)
{
    (void)scratch;
    const struct soft_nearest_neighbor_options *o = options;
    float scale = (float)(2 / o->temperature);
    for (int j = 0; j < anchor->size; j++) similarities[j] = scale * (similarities[j] - 1);
    double own = pair_log_sum(anchor, similarities, PAIR_POSITIVE);
    double all = pair_log_sum(anchor, similarities, PAIR_ANY);
    if (own == -INFINITY) return pair_none(anchor, similarities);

    double share = exp(own - all), epsilon = o->epsilon;
    float slope = epsilon > 0 ? (float)(scale * share / (epsilon + share)) : scale;
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        float probability = kind == PAIR_SELF ? 0 : pair_share(similarities[j], all);
        float among_own = kind == PAIR_POSITIVE ? pair_share(similarities[j], own) : 0;
        similarities[j] = slope * (probability - among_own);
    }
    return (float)(epsilon > 0 ? -log(epsilon + share) : all - own);
}

const struct loss loss_soft_nearest_neighbor = {
    .plugin = {"soft_nearest_neighbor", "the chance that a near neighbor is of another class (Frosst et al. 2019)",
               fields, sizeof(struct soft_nearest_neighbor_options)},
    .anchor = soft_nearest_neighbor_anchor,
    .reduces = 1,
};
