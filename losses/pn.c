/* pn.c - the positive-negative triplet loss: Szubert, Cole, Monaco and Drozdov 2019, "Structure-preserving
 * visualisation of high dimensional single-cell datasets" (ivis).
 *
 *   l_i = max(0, D_ip - min(D_in, D_pn) + margin)   or   log(1 + exp(D_ip - min(D_in, D_pn) + margin))
 *
 * over one mined triplet of the anchor: the negative is to be far from both ends of the positive pair. D is the
 * Euclidean distance, the hinge's margin 1 and the soft one's 0 unless given. TensorFlow Similarity's: distance cosine,
 * negative semi_hard_all, and soft_margin unless a margin is given. Anchors without both kinds of pairs count 0. */
#include "losses/triplet_mining.h"

struct pn_options {
    struct reduction reduction;
    struct triplet_mining mining;
};

static const struct field fields[] = {
    TRIPLET_FIELDS(pn_options, "euclidean", "1"),
    REDUCTION_FIELDS(pn_options, reduce_pair_names),
    {.name = NULL},
};

static float column_similarity(const struct anchor *anchor, int a, int b)
{
    const float *x = anchor->embeddings + (size_t)a * (size_t)anchor->dim;
    const float *y = anchor->embeddings + (size_t)b * (size_t)anchor->dim;
    double sum = 0;
    for (int k = 0; k < anchor->dim; k++) sum += (double)x[k] * y[k];
    return (float)sum;
}

static float pn_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct triplet_mining *mining = &((const struct pn_options *)options)->mining;
    const enum distance distance = mining->distance;
    int positive = triplet_positive(mining, anchor, similarities);
    int negative = triplet_negative(mining, anchor, similarities, positive);
    if (positive == NO_COLUMN || negative == NO_COLUMN) return pair_none(anchor, similarities);
    float s_positive = similarities[positive], s_negative = similarities[negative], slope;
    float s_between = column_similarity(anchor, positive, negative);
    int between = s_between > s_negative; /* the positive is the nearer one */
    float s_nearer = between ? s_between : s_negative;
    float loss =
        triplet_loss(mining, distance_value(distance, s_positive) - distance_value(distance, s_nearer), &slope);

    pair_clear(anchor, similarities);
    similarities[positive] = slope * distance_slope(distance, s_positive);
    if (between)
        *anchor->pair = (struct column_pair){positive, negative, -slope * distance_slope(distance, s_nearer)};
    else
        similarities[negative] = -slope * distance_slope(distance, s_nearer);
    return loss;
}

static void settle(void *options)
{
    triplet_mining_settle(&((struct pn_options *)options)->mining, 1);
}

const struct loss loss_pn = {
    .plugin = {"pn", "triplet whose negative is far from both others (Szubert et al. 2019)", fields,
               sizeof(struct pn_options), settle},
    .anchor = pn_anchor,
    .reduces = 1,
    .pairs_columns = 1,
};
