/* contrastive.c - the contrastive loss: Hadsell, Chopra and LeCun 2006, "Dimensionality Reduction by Learning an
 * Invariant Mapping", equation 4.
 *
 *   1/2 D_ip^2 for a positive pair, 1/2 max(0, margin - D_in)^2 for a negative one, D Euclidean
 *
 * l_i is the mean over the anchor's pairs, which is the paper's sum but for its scale; or, because most pairs of a
 * batch are negative, the mean over its positive pairs plus the mean over its negative ones (the default, as Musgrave
 * et al. 2020 average). */
#include <math.h>

#include "losses/pairs.h"

enum average { AVERAGE_KINDS, AVERAGE_PAIRS };
static const char *const average_names[] = {"kinds", "pairs", NULL};

struct contrastive_options {
    double margin;
    int average; /* enum average */
};

static const struct field fields[] = {
    {"margin", "Euclidean distance from which on negative pairs count nothing", OPTION_REAL,
     offsetof(struct contrastive_options, margin), "1", 0, 10, NULL},
    {"average", "over positive and negative pairs apart, or over all pairs alike", OPTION_CHOICE,
     offsetof(struct contrastive_options, average), "kinds", 0, 0, average_names},
    {.name = NULL},
};

static float contrastive_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct contrastive_options *o = options;
    int positives = pair_count(anchor, PAIR_POSITIVE), negatives = pair_count(anchor, PAIR_NEGATIVE);
    if (o->average == AVERAGE_PAIRS) positives = negatives = positives + negatives;
    double positive_sum = 0, negative_sum = 0;
    for (int j = 0; j < anchor->size; j++) {
        float s = similarities[j], distance = distance_value(DISTANCE_EUCLIDEAN, s);
        float missing = fmaxf((float)o->margin - distance, 0);
        switch (pair_kind(anchor, j)) {
        case PAIR_POSITIVE: /* 1/2 D^2 = 1 - s */
            positive_sum += 1 - s;
            similarities[j] = -1.0f / (float)positives;
            break;
        case PAIR_NEGATIVE:
            negative_sum += 0.5 * missing * missing;
            similarities[j] = -missing * distance_slope(DISTANCE_EUCLIDEAN, s) / (float)negatives;
            break;
        default:
            similarities[j] = 0;
        }
    }
    return (float)((positives ? positive_sum / positives : 0) + (negatives ? negative_sum / negatives : 0));
}

const struct loss loss_contrastive = {
    .plugin = {"contrastive", "positive pairs near, negative pairs beyond a margin (Hadsell et al. 2006)", fields,
               sizeof(struct contrastive_options)},
    .anchor = contrastive_anchor,
};
