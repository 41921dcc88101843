/* multi_similarity.c - the multi-similarity loss with its pair mining: Wang, Han, Huang, Dong and Scott 2019,
 * "Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning", equations 11, 12 and 15.
 *
 *   l_i = 1/alpha log(1 + sum_P exp(-alpha (s_ip - lambda))) + 1/beta log(1 + sum_N exp(beta (s_in - lambda)))
 *
 * over mined pairs: positives less similar than the nearest negative + epsilon, negatives more similar than the
 * farthest positive - epsilon. Anchors without both kinds of pairs count 0. */
#include <float.h>
#include <math.h>

#include "losses/loss.h"
#include "losses/reduction.h"

struct multi_similarity_options {
    struct reduction reduction;
    double alpha, beta, epsilon, lambda;
};

static const struct field fields[] = {
    {"alpha", "sharpness on positive pairs", OPTION_REAL, offsetof(struct multi_similarity_options, alpha), "2", 1e-3,
     1e4, NULL},
    {"beta", "sharpness on negative pairs", OPTION_REAL, offsetof(struct multi_similarity_options, beta), "40", 1e-3,
     1e4, NULL},
    {"epsilon", "margin of the pair mining", OPTION_REAL, offsetof(struct multi_similarity_options, epsilon), "0.1", 0,
     2, NULL},
    {"lambda", "similarity that separates positives from negatives", OPTION_REAL,
     offsetof(struct multi_similarity_options, lambda), "0.5", -1, 1, NULL},
    REDUCTION_FIELDS(multi_similarity_options, reduce_anchor_names),
    {.name = NULL},
};

/* The pairs that decide the mining. If one is missing, its value lets no pair of the other kind pass either. */
struct hardest {
    float positive; /* least similarity to a sample of the anchor's class; FLT_MAX without any */
    float negative; /* greatest similarity to a sample of another class; -FLT_MAX without any */
};

static struct hardest find_hardest(const struct anchor *anchor, const float *similarities)
{
    struct hardest hardest = {FLT_MAX, -FLT_MAX};
    const int *labels = anchor->labels, label = anchor->label;
    for (int j = 0; j < anchor->size; j++) {
        if (j == anchor->index) continue;
        float s = similarities[j];
        if (labels[j] == label)
            hardest.positive = s < hardest.positive ? s : hardest.positive;
        else
            hardest.negative = s > hardest.negative ? s : hardest.negative;
    }
    return hardest;
}

/* One side of the loss, 1/|sharpness| log(1 + sum exp(x_j)), its terms scaled by exp(-shift) so that none overflows. */
struct side {
    float sharpness; /* -alpha or beta: x_j = sharpness (s_ij - lambda) */
    float shift;     /* max(0, greatest x_j), which is the hardest pair's */
    float sum;       /* of exp(x_j - shift) over mined pairs */
};

static struct side side_begin(double sharpness, double lambda, float hardest)
{
    return (struct side){(float)sharpness, (float)fmax(0, sharpness * (hardest - lambda)), 0};
}

static float side_loss(const struct side *side)
{
    if (side->sum == 0) return 0;
    return (side->shift + logf(expf(-side->shift) + side->sum)) / fabsf(side->sharpness);
}

/* dl/ds_ij is this times exp(x_j - shift). */
static float side_slope(const struct side *side)
{
    if (side->sum == 0) return 0;
    return copysignf(1 / (expf(-side->shift) + side->sum), side->sharpness);
}

static float multi_similarity_anchor(const void *options, const struct anchor *anchor, float *similarities,
                                     float *scratch)
{
    (void)scratch;
    const struct multi_similarity_options *o = options;
    const int *labels = anchor->labels, label = anchor->label;
    const float lambda = (float)o->lambda;
    struct hardest hardest = find_hardest(anchor, similarities);
    if (hardest.positive == FLT_MAX || hardest.negative == -FLT_MAX) *anchor->weight = 0;
    float positive_below = hardest.negative + (float)o->epsilon;
    float negative_above = hardest.positive - (float)o->epsilon;
    struct side positive = side_begin(-o->alpha, o->lambda, hardest.positive);
    struct side negative = side_begin(o->beta, o->lambda, hardest.negative);

    for (int j = 0; j < anchor->size; j++) {
        float s = similarities[j];
        int same = labels[j] == label;
        int mined = j != anchor->index && (same ? s < positive_below : s > negative_above);
        struct side *side = same ? &positive : &negative;
        similarities[j] = mined ? expf(side->sharpness * (s - lambda) - side->shift) : 0;
        side->sum += similarities[j];
    }
    float positive_slope = side_slope(&positive), negative_slope = side_slope(&negative);
    for (int j = 0; j < anchor->size; j++) similarities[j] *= labels[j] == label ? positive_slope : negative_slope;
    return side_loss(&positive) + side_loss(&negative);
}

const struct loss loss_multi_similarity = {
    .plugin = {"multi_similarity", "log-sum-exp over mined pairs (Wang et al. 2019)", fields,
               sizeof(struct multi_similarity_options)},
    .anchor = multi_similarity_anchor,
    .reduces = 1,
};
