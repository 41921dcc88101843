/* supcon.c - supervised contrastive loss: Khosla, Teterwak, Wang, Sarna, Tian, Isola, Maschinot, Liu and Krishnan 2020,
 * "Supervised Contrastive Learning", equations 2 and 3.
 *
 *   outside: l_i = -1/|P| sum_P log q_ip      inside: l_i = -log(1/|P| sum_P q_ip)
 *   q_ij = exp(s_ij / T) / sum_{a != i} exp(s_ia / T)
 *
 * Anchors without positive pairs count 0. */
#include <math.h>

#include "losses/pairs.h"
#include "losses/reduction.h"

enum mean_place { MEAN_OUTSIDE, MEAN_INSIDE };
static const char *const mean_place_names[] = {"outside", "inside", NULL};

struct supcon_options {
    struct reduction reduction;
    double temperature;
    int mean; /* enum mean_place */
};

static const struct field fields[] = {
    {"temperature", "T, by which similarities are divided", OPTION_REAL, offsetof(struct supcon_options, temperature),
     "0.1", 1e-3, 1e3, NULL},
    {"mean", "over positive pairs, outside or inside of the logarithm", OPTION_CHOICE,
     offsetof(struct supcon_options, mean), "outside", 0, 0, mean_place_names},
    REDUCTION_FIELDS(supcon_options, reduce_anchor_names),
    {.name = NULL},
};

static float supcon_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct supcon_options *o = options;
    int positives = pair_count(anchor, PAIR_POSITIVE);
    if (positives == 0) return pair_none(anchor, similarities);
    float scale = (float)(1 / o->temperature);
    double sum = 0; /* of the positive logits */
    for (int j = 0; j < anchor->size; j++) {
        similarities[j] *= scale;
        if (pair_kind(anchor, j) == PAIR_POSITIVE) sum += similarities[j];
    }
    double all = pair_log_sum(anchor, similarities, PAIR_ANY);
    double own = pair_log_sum(anchor, similarities, PAIR_POSITIVE);
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        float probability = kind == PAIR_SELF ? 0 : pair_share(similarities[j], all);
        float weight = o->mean == MEAN_OUTSIDE ? 1 / (float)positives : pair_share(similarities[j], own);
        similarities[j] = scale * (probability - (kind == PAIR_POSITIVE ? weight : 0));
    }
    return (float)(all - (o->mean == MEAN_OUTSIDE ? sum / positives : own - log(positives)));
}

const struct loss loss_supcon = {
    .plugin = {"supcon", "each positive against all others by softmax (Khosla et al. 2020)", fields,
               sizeof(struct supcon_options)},
    .anchor = supcon_anchor,
    .reduces = 1,
};
