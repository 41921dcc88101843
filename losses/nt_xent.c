/* nt_xent.c - the normalized temperature-scaled cross entropy: Sohn 2016, "Improved Deep Metric Learning with
 * Multi-class N-pair Loss Objective"; Chen, Kornblith, Norouzi and Hinton 2020, "A Simple Framework for Contrastive
 * Learning of Visual Representations", equation 1.
 *
 *   l_i = 1/|P| sum_P log(1 + sum_N exp((s_in - s_ip) / T))
 *
 * The papers have one positive per anchor. If there are several, each is compared only with the negatives, as in
 * pytorch-metric-learning; supcon compares each with the other positives too. Anchors without positive pairs count 0,
 * and so do pairs without negatives. */
#include <math.h>

#include "losses/pairs.h"
#include "losses/reduction.h"

struct nt_xent_options {
    struct reduction reduction;
    double temperature;
};

static const struct field fields[] = {
    {"temperature", "T, by which similarities are divided", OPTION_REAL, offsetof(struct nt_xent_options, temperature),
     "0.1", 1e-3, 1e3, NULL},
    REDUCTION_FIELDS(nt_xent_options, reduce_pair_names),
    {.name = NULL},
};

static float nt_xent_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct nt_xent_options *o = options;
    const float scale = (float)(1 / o->temperature);
    for (int j = 0; j < anchor->size; j++) similarities[j] *= scale;
    double negatives = pair_log_sum(anchor, similarities, PAIR_NEGATIVE), loss = 0, along = 0;
    int positives = pair_count(anchor, PAIR_POSITIVE);
    int counted = negatives == -INFINITY && o->reduction.reduce == REDUCE_NONZERO ? 0 : positives;
    if (counted == 0) return pair_none(anchor, similarities);
    *anchor->weight = reduction_weight(&o->reduction, counted);
    for (int j = 0; j < anchor->size; j++) {
        if (pair_kind(anchor, j) != PAIR_POSITIVE) continue;
        double wrong = pairs_logistic(negatives - similarities[j]);
        loss += pairs_softplus(negatives - similarities[j]);
        along += wrong;
        similarities[j] = (float)(-scale * wrong / positives);
    }
    float slope = (float)(scale * along / positives);
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        if (kind == PAIR_SELF) similarities[j] = 0;
        if (kind == PAIR_NEGATIVE) similarities[j] = slope * pair_share(similarities[j], negatives);
    }
    return (float)(loss / positives);
}

const struct loss loss_nt_xent = {
    .plugin = {"nt_xent", "each positive alone against all negatives by softmax (Chen et al. 2020)", fields,
               sizeof(struct nt_xent_options)},
    .anchor = nt_xent_anchor,
    .reduces = 1,
};
