/* circle.c - circle loss: Sun, Cheng, Zhang, Zhang, Zheng, Wang and Wei 2020, "Circle Loss: A Unified Perspective of
 * Pair Similarity Optimization", equation 6.
 *
 *   l_i = log(1 + sum_N exp(gamma a_n (s_in - m)) sum_P exp(-gamma a_p (s_ip - (1 - m))))
 *   a_n = max(0, s_in + m), a_p = max(0, 1 + m - s_ip)
 *
 * The weights a are constants in the paper's gradient (equation 10). TensorFlow Similarity adds log(1 + sum_N) and
 * log(1 + sum_P) instead (`combine: sum`) and differentiates the weights too (`constant_weights: no`). Anchors without
 * both kinds of pairs count 0. */
#include <math.h>

#include "losses/pairs.h"
#include "losses/reduction.h"

enum combine { COMBINE_PRODUCT, COMBINE_SUM };
static const char *const combine_names[] = {"product", "sum", NULL};

struct circle_options {
    struct reduction reduction;
    double gamma, margin;
    int combine; /* enum combine */
    int constant_weights;
};

static const struct field fields[] = {
    {"gamma", "scale of the similarities", OPTION_REAL, offsetof(struct circle_options, gamma), "80", 1e-3, 1e4, NULL},
    {"margin", "m, which sets weights and boundaries alike", OPTION_REAL, offsetof(struct circle_options, margin),
     "0.4", 0, 1, NULL},
    {"combine", "the sums of positive and negative pairs within one logarithm, or a logarithm each", OPTION_CHOICE,
     offsetof(struct circle_options, combine), "product", 0, 0, combine_names},
    {"constant_weights", "treat the pairs' weights as constants in the gradient", OPTION_FLAG,
     offsetof(struct circle_options, constant_weights), "yes", 0, 0, NULL},
    REDUCTION_FIELDS(circle_options, reduce_anchor_names),
    {.name = NULL},
};

/* The logit of a pair and its slope along the similarity. */
static float pair_logit(const struct circle_options *o, enum pair_kind kind, float s, float *slope)
{
    float gamma = (float)o->gamma, m = (float)o->margin;
    float sign = kind == PAIR_POSITIVE ? -1 : 1; /* of da/ds */
    float weight = fmaxf(kind == PAIR_POSITIVE ? 1 + m - s : s + m, 0);
    float boundary = kind == PAIR_POSITIVE ? 1 - m : m;
    float weight_slope = o->constant_weights || weight == 0 ? 0 : sign;
    *slope = sign * gamma * (weight + weight_slope * (s - boundary));
    return sign * gamma * weight * (s - boundary);
}

static float circle_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    const struct circle_options *o = options;
    float *slopes = scratch; /* of the logits, (size) */
    for (int j = 0; j < anchor->size; j++)
        similarities[j] = pair_logit(o, pair_kind(anchor, j), similarities[j], &slopes[j]);
    double positive = pair_log_sum(anchor, similarities, PAIR_POSITIVE);
    double negative = pair_log_sum(anchor, similarities, PAIR_NEGATIVE);
    if (positive == -INFINITY || negative == -INFINITY) return pair_none(anchor, similarities);

    int product = o->combine == COMBINE_PRODUCT;
    float positive_slope = (float)pairs_logistic(product ? positive + negative : positive);
    float negative_slope = (float)pairs_logistic(product ? positive + negative : negative);
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        float along = kind == PAIR_POSITIVE ? positive_slope * pair_share(similarities[j], positive)
                                            : negative_slope * pair_share(similarities[j], negative);
        similarities[j] = kind == PAIR_SELF ? 0 : along * slopes[j];
    }
    return (float)(product ? pairs_softplus(positive + negative) : pairs_softplus(positive) + pairs_softplus(negative));
}

const struct loss loss_circle = {
    .plugin = {"circle", "pairs weighted by how far they are from their optimum (Sun et al. 2020)", fields,
               sizeof(struct circle_options)},
    .anchor = circle_anchor,
    .reduces = 1,
    .scratch_rows = 1,
};
