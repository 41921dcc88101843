/* normalized_softmax.c - the normalized softmax loss: Wang, Xiang, Cheng and Yuille 2017, "NormFace: L2 Hypersphere
 * Embedding for Face Verification"; Zhai and Wu 2019, "Classification is a Strong Baseline for Deep Metric Learning",
 * equation 2.
 *
 *   l_i = -log(exp(s_iy / T) / sum_c exp(s_ic / T)), y the sample's class
 *
 * The classes' weights are proxies, of unit length as the embeddings are, and there is no bias. It is proxy_nca with
 * `denominator: all` and the temperature 2 T. Samples without a proxy count 0. */
#include <math.h>

#include "losses/pairs.h"

struct normalized_softmax_options {
    struct proxy_options proxies;
    double temperature;
};

static const struct field fields[] = {
    PROXY_FIELDS(normalized_softmax_options),
    {"temperature", "T, by which similarities are divided", OPTION_REAL,
     offsetof(struct normalized_softmax_options, temperature), "0.05", 1e-3, 1e3, NULL},
    {.name = NULL},
};

static float normalized_softmax_anchor(const void *options, const struct anchor *anchor, float *similarities,
                                       float *scratch)
{
    (void)scratch;
    const struct normalized_softmax_options *o = options;
    const float scale = (float)(1 / o->temperature);
    for (int c = 0; c < anchor->size; c++) similarities[c] *= scale;
    double own = pair_log_sum(anchor, similarities, PAIR_POSITIVE);
    double all = pair_log_sum(anchor, similarities, PAIR_ANY);
    if (own == -INFINITY) return pair_none(anchor, similarities);
    for (int c = 0; c < anchor->size; c++)
        similarities[c] = scale * (pair_share(similarities[c], all) - (pair_kind(anchor, c) == PAIR_POSITIVE));
    return (float)(all - own);
}

const struct loss loss_normalized_softmax = {
    .plugin = {"normalized_softmax", "classification by similarity to a proxy of each class (Zhai and Wu 2019)", fields,
               sizeof(struct normalized_softmax_options)},
    .has_proxies = 1,
    .anchor = normalized_softmax_anchor,
};
