/* lifted_structure.c - the lifted structured loss: Song, Xiang, Jegelka and Savarese 2016, "Deep Metric Learning via
 * Lifted Structured Feature Embedding", equation 4.
 *
 *   L = 1/(2 |P|) sum_{(i,j) in P} max(0, J_ij)^2,   J_ij = D_ij + log(exp(n_i) + exp(n_j)),
 *   n_i = log sum_N exp(margin - D_ik), D Euclidean
 *
 * P are the batch's positive pairs, each once. A sample has half of the loss of each of its pairs, times B, so that the
 * mean of sample losses is L. A pair with an entry of the memory bank belongs to the sample alone, and the entry has no
 * negatives of its own (n_j = -infinity), because its row of S is not computed. Batches without positive pairs have the
 * loss 0. (TensorFlow Similarity takes one mined positive for each anchor, neither squared nor cut off at 0. That
 * variant is not offered.) */
#include <math.h>

#include "losses/pairs.h"

struct lifted_structure_options {
    double margin;
};

static const struct field fields[] = {
    {"margin", "Euclidean distance at which a negative pair weighs 1", OPTION_REAL,
     offsetof(struct lifted_structure_options, margin), "1", 0, 10, NULL},
    {.name = NULL},
};

enum { NEGATIVES, PAIRS }; /* of a summary: n_i, and the pairs of P that are the sample's share */

/* How much of a positive pair is the anchor's. */
static float anchor_share(const struct anchor *anchor, int j)
{
    return j < anchor->batch_size ? 0.5f : 1;
}

static void lifted_structure_summarize(const void *options, const struct anchor *anchor, float *similarities,
                                       double *summary)
{
    const struct lifted_structure_options *o = options;
    summary[PAIRS] = 0;
    for (int j = 0; j < anchor->size; j++) {
        if (pair_kind(anchor, j) == PAIR_POSITIVE) summary[PAIRS] += anchor_share(anchor, j);
        similarities[j] = (float)o->margin - distance_value(DISTANCE_EUCLIDEAN, similarities[j]);
    }
    summary[NEGATIVES] = pair_log_sum(anchor, similarities, PAIR_NEGATIVE);
}

/* B / |P|. */
static float pair_scale(const struct anchor *anchor)
{
    double pairs = 0;
    for (int j = 0; j < anchor->batch_size; j++) pairs += anchor->summaries[j * SUMMARY_SIZE + PAIRS];
    return pairs > 0 ? (float)(anchor->batch_size / pairs) : 0;
}

/* Positive pairs: returns their share of the loss, sets their slopes, and sets *along to the slope of B L along the
 * anchor's n_i. */
static float positive_loss(const struct anchor *anchor, float scale, float *similarities, float *along)
{
    double own = anchor->summaries[anchor->index * SUMMARY_SIZE + NEGATIVES];
    double loss = 0, own_slope = 0;
    for (int j = 0; j < anchor->size; j++) {
        if (pair_kind(anchor, j) != PAIR_POSITIVE) continue;
        int in_batch = j < anchor->batch_size;
        double both = in_batch ? pairs_log_add(own, anchor->summaries[j * SUMMARY_SIZE + NEGATIVES]) : own;
        double excess = fmax(both + distance_value(DISTANCE_EUCLIDEAN, similarities[j]), 0);
        float share = anchor_share(anchor, j);
        loss += 0.5 * share * excess * excess;
        if (excess > 0) own_slope += excess * exp(own - both); /* the whole pair: row j has the slope along n_j */
        similarities[j] = scale * share * (float)excess * distance_slope(DISTANCE_EUCLIDEAN, similarities[j]);
    }
    *along = (float)(scale * own_slope);
    return (float)(scale * loss);
}

static float lifted_structure_anchor(const void *options, const struct anchor *anchor, float *similarities,
                                     float *scratch)
{
    (void)scratch;
    const struct lifted_structure_options *o = options;
    double own = anchor->summaries[anchor->index * SUMMARY_SIZE + NEGATIVES];
    float along;
    float loss = positive_loss(anchor, pair_scale(anchor), similarities, &along);
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        float s = similarities[j];
        if (kind == PAIR_SELF) similarities[j] = 0;
        if (kind != PAIR_NEGATIVE) continue;
        float logit = (float)o->margin - distance_value(DISTANCE_EUCLIDEAN, s);
        similarities[j] = -along * pair_share(logit, own) * distance_slope(DISTANCE_EUCLIDEAN, s);
    }
    return loss;
}

const struct loss loss_lifted_structure = {
    .plugin = {"lifted_structure", "each positive pair against all negatives of both its ends (Song et al. 2016)",
               fields, sizeof(struct lifted_structure_options)},
    .anchor = lifted_structure_anchor,
    .summarize = lifted_structure_summarize,
};
