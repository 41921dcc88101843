/* contrastive.c - the contrastive loss: Hadsell, Chopra and LeCun 2006, "Dimensionality Reduction by Learning an
 * Invariant Mapping", equation 4.
 *
 *   1/2 max(0, D_ip - positive_margin)^2 for a positive pair, 1/2 max(0, margin - D_in)^2 for a negative one, D
 * Euclidean
 *
 * The paper has no margin for positive pairs. `hinge: plain` takes max(0, ...) as it is, neither squared nor halved, as
 * pytorch-metric-learning does.
 *
 * l_i is the mean over the anchor's pairs, which is the paper's sum up to a factor; or, because most pairs of a batch
 * are negative, the mean over its positive pairs plus the mean over its negative ones (the default, as in Musgrave et
 * al. 2020). They remain two means if they are taken over all pairs of the batch (losses/reduction.h). */
#include <math.h>

#include "losses/pairs.h"
#include "losses/reduction.h"

enum average { AVERAGE_KINDS, AVERAGE_PAIRS };
static const char *const average_names[] = {"kinds", "pairs", NULL};

enum hinge { HINGE_SQUARED, HINGE_PLAIN };
static const char *const hinge_names[] = {"squared", "plain", NULL};

struct contrastive_options {
    struct reduction reduction;
    double margin, positive_margin;
    int average; /* enum average */
    int hinge;   /* enum hinge */
};

static const struct field fields[] = {
    {"margin", "Euclidean distance beyond which negative pairs have no loss", OPTION_REAL,
     offsetof(struct contrastive_options, margin), "1", 0, 10, NULL},
    {"positive_margin", "Euclidean distance up to which positive pairs have no loss", OPTION_REAL,
     offsetof(struct contrastive_options, positive_margin), "0", 0, 10, NULL},
    {"hinge", "a pair's loss: half the square of its hinge, or the hinge itself", OPTION_CHOICE,
     offsetof(struct contrastive_options, hinge), "squared", 0, 0, hinge_names},
    {"average", "means over positive and negative pairs, added; or one mean over all pairs", OPTION_CHOICE,
     offsetof(struct contrastive_options, average), "kinds", 0, 0, average_names},
    REDUCTION_FIELDS(contrastive_options, reduce_pair_names),
    {.name = NULL},
};

/* The loss of a pair and its slope along the similarity. */
static double pair_loss(const struct contrastive_options *o, enum pair_kind kind, float s, float *slope)
{
    int positive = kind == PAIR_POSITIVE, plain = o->hinge == HINGE_PLAIN;
    if (positive && !plain && o->positive_margin == 0) { /* 1/2 D^2 = 1 - s, which has a slope everywhere */
        *slope = -1;
        return 1 - s;
    }
    float distance = distance_value(DISTANCE_EUCLIDEAN, s);
    float excess = positive ? distance - (float)o->positive_margin : (float)o->margin - distance;
    excess = fmaxf(excess, 0);
    float along = plain ? excess > 0 : excess;
    *slope = (positive ? along : -along) * distance_slope(DISTANCE_EUCLIDEAN, s);
    return plain ? excess : 0.5 * excess * excess;
}

/* One of the means: which pairs it is over, and their sum. */
struct mean {
    double sum;
    int count;   /* pairs that it is over */
    float scale; /* of the whole mean, by the reduction */
};

/* Counts the positive and negative pairs of the means: all, or those that have a loss. */
static void count_pairs(const struct contrastive_options *o, const struct anchor *anchor, const float *similarities,
                        int *positives, int *negatives)
{
    float slope;
    *positives = pair_count(anchor, PAIR_POSITIVE), *negatives = pair_count(anchor, PAIR_NEGATIVE);
    for (int j = 0; j < anchor->size && o->reduction.reduce == REDUCE_NONZERO; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        if (kind != PAIR_SELF && !(pair_loss(o, kind, similarities[j], &slope) > 0))
            --*(kind == PAIR_POSITIVE ? positives : negatives);
    }
}

static double mean_value(const struct mean *mean)
{
    return mean->count ? mean->scale * (mean->sum / mean->count) : 0;
}

static float contrastive_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct contrastive_options *o = options;
    int positives, negatives;
    count_pairs(o, anchor, similarities, &positives, &negatives);
    int alike = o->average == AVERAGE_PAIRS;
    struct mean means[] = {
        {0, alike ? positives + negatives : positives, anchor->scale[0]},
        {0, alike ? positives + negatives : negatives, anchor->scale[!alike]},
    };
    for (int m = 0; m < LOSS_MEANS; m++) anchor->weight[m] = reduction_weight(&o->reduction, means[m].count);
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        struct mean *mean = &means[kind == PAIR_NEGATIVE];
        float slope = 0;
        if (kind != PAIR_SELF) mean->sum += pair_loss(o, kind, similarities[j], &slope);
        similarities[j] = mean->count ? mean->scale * slope / (float)mean->count : 0;
    }
    return (float)(mean_value(&means[0]) + mean_value(&means[1]));
}

const struct loss loss_contrastive = {
    .plugin = {"contrastive", "positive pairs near, negative pairs beyond a margin (Hadsell et al. 2006)", fields,
               sizeof(struct contrastive_options)},
    .anchor = contrastive_anchor,
    .reduces = LOSS_MEANS,
};
