/* triplet.c - the triplet loss: Schroff, Kalenichenko and Philbin 2015, "FaceNet: A Unified Embedding for Face
 * Recognition and Clustering"; soft margin and all triplets: Hermans, Beyer and Leibe 2017, "In Defense of the Triplet
 * Loss for Person Re-Identification".
 *
 *   l_i = max(0, D_ip - D_in + margin)   or   log(1 + exp(D_ip - D_in + margin))
 *
 * over one mined triplet of the anchor, or the mean over all of them. D is the squared Euclidean distance as in
 * FaceNet, the hinge's margin 0.2 and the soft one's 0, as in the papers, unless given. TensorFlow Similarity's:
 * distance cosine, negative semi_hard_all, and soft_margin unless a margin is given. Anchors without both kinds of
 * pairs count 0. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "losses/triplet_mining.h"

enum triplets { TRIPLETS_MINED, TRIPLETS_ALL };
static const char *const triplets_names[] = {"mined", "all", NULL};

struct triplet_options {
    struct reduction reduction;
    struct triplet_mining mining;
    int triplets; /* enum triplets */
};

static const struct field fields[] = {
    TRIPLET_FIELDS(triplet_options, "squared", "0.2"),
    {"triplets", "one triplet of each anchor, mined by positive and negative, or the mean over all", OPTION_CHOICE,
     offsetof(struct triplet_options, triplets), "mined", 0, 0, triplets_names},
    REDUCTION_FIELDS(triplet_options, reduce_pair_names),
    {.name = NULL},
};

static float mined_loss(const struct triplet_mining *mining, const struct anchor *anchor, float *similarities)
{
    float slope;
    int positive = triplet_positive(mining, anchor, similarities);
    int negative = triplet_negative(mining, anchor, similarities, positive);
    if (positive == NO_COLUMN || negative == NO_COLUMN) return pair_none(anchor, similarities);
    float s_positive = similarities[positive], s_negative = similarities[negative];
    float difference = distance_value(mining->distance, s_positive) - distance_value(mining->distance, s_negative);
    float loss = triplet_loss(mining, difference, &slope);
    pair_clear(anchor, similarities);
    similarities[positive] = slope * distance_slope(mining->distance, s_positive);
    similarities[negative] = -slope * distance_slope(mining->distance, s_negative);
    return loss;
}

/* With the soft margin: the sum over all triplets, one by one, and how many have a loss; slopes are along distances. */
static double all_soft(const struct triplet_mining *mining, const struct anchor *anchor, const float *distances,
                       float *slopes, double *active)
{
    double loss = 0;
    for (int p = 0; p < anchor->size; p++) {
        if (pair_kind(anchor, p) != PAIR_POSITIVE) continue;
        for (int n = 0; n < anchor->size; n++) {
            float slope;
            if (pair_kind(anchor, n) != PAIR_NEGATIVE) continue;
            float one = triplet_loss(mining, distances[p] - distances[n], &slope);
            loss += one;
            *active += one > 0;
            slopes[p] += slope;
            slopes[n] -= slope;
        }
    }
    return loss;
}

/* All triplets with the hinge, without visiting P x N of them: a negative n is nearer than the limits D_ip + margin of
 * some positives, which are the last ones when the limits are sorted. */
struct limits {
    int count;
    float *limit;    /* (count) ascending */
    float *negative; /* (count) negatives nearer than this limit */
    double *sum;     /* (count + 1) of this limit and all greater ones */
};

/* Puts NAN last, as qsort needs a consistent order. */
static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    if (isnan(x) || isnan(y)) return !!isnan(x) - !!isnan(y);
    return (x > y) - (x < y);
}

static struct limits sort_limits(const struct triplet_mining *mining, const struct anchor *anchor,
                                 const float *distances, float *scratch)
{
    size_t width = (size_t)anchor->scratch_width;
    struct limits limits = {0, scratch, scratch + width, (double *)(void *)(scratch + 2 * width)};
    for (int j = 0; j < anchor->size; j++)
        if (pair_kind(anchor, j) == PAIR_POSITIVE) limits.limit[limits.count++] = distances[j] + (float)mining->margin;
    qsort(limits.limit, (size_t)limits.count, sizeof *limits.limit, ascending);
    limits.sum[limits.count] = 0;
    for (int q = limits.count - 1; q >= 0; q--) limits.sum[q] = limits.sum[q + 1] + limits.limit[q];
    memset(limits.negative, 0, (size_t)limits.count * sizeof *limits.negative);
    return limits;
}

/* The first limit greater than the distance; their count without any. */
static int first_above(const struct limits *limits, float distance)
{
    int low = 0, high = limits->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (limits->limit[middle] > distance)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static double all_hinge(const struct triplet_mining *mining, const struct anchor *anchor, const float *distances,
                        float *slopes, float *scratch, double *total)
{
    double loss = 0;
    struct limits limits = sort_limits(mining, anchor, distances, scratch);
    for (int n = 0; n < anchor->size; n++) {
        if (pair_kind(anchor, n) != PAIR_NEGATIVE) continue;
        int first = first_above(&limits, distances[n]), active = limits.count - first;
        loss += limits.sum[first] - (double)active * distances[n];
        slopes[n] = (float)-active;
        *total += active;
        if (active) limits.negative[first]++;
    }
    for (int q = 1; q < limits.count; q++) limits.negative[q] += limits.negative[q - 1];
    for (int p = 0; p < anchor->size; p++)
        if (pair_kind(anchor, p) == PAIR_POSITIVE) /* among equal limits, the last has counted all of them */
            slopes[p] = limits.negative[first_above(&limits, distances[p] + (float)mining->margin) - 1];
    return loss;
}

static float all_loss(const struct reduction *reduction, const struct triplet_mining *mining,
                      const struct anchor *anchor, float *similarities, float *scratch)
{
    float *distances = scratch, *slopes = distances + anchor->scratch_width, *rest = slopes + anchor->scratch_width;
    double triplets = (double)pair_count(anchor, PAIR_POSITIVE) * pair_count(anchor, PAIR_NEGATIVE), active = 0;
    if (triplets == 0) return pair_none(anchor, similarities);
    pair_clear(anchor, slopes);
    for (int j = 0; j < anchor->size; j++) distances[j] = distance_value(mining->distance, similarities[j]);
    double loss = mining->soft_margin ? all_soft(mining, anchor, distances, slopes, &active)
                                      : all_hinge(mining, anchor, distances, slopes, rest, &active);
    if (reduction->reduce == REDUCE_NONZERO) triplets = active;
    if (triplets == 0) return pair_none(anchor, similarities);
    *anchor->weight = reduction_weight(reduction, triplets);
    for (int j = 0; j < anchor->size; j++)
        similarities[j] = (float)(slopes[j] / triplets) * distance_slope(mining->distance, similarities[j]);
    return (float)(loss / triplets);
}

static float triplet_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    const struct triplet_options *o = options;
    if (o->triplets == TRIPLETS_ALL) return all_loss(&o->reduction, &o->mining, anchor, similarities, scratch);
    return mined_loss(&o->mining, anchor, similarities);
}

static void settle(void *options)
{
    triplet_mining_settle(&((struct triplet_options *)options)->mining, 0.2);
}

const struct loss loss_triplet = {
    .plugin = {"triplet", "a positive nearer than a negative by a margin (Schroff et al. 2015)", fields,
               sizeof(struct triplet_options), settle},
    .anchor = triplet_anchor,
    .reduces = 1,
    .scratch_rows = 6, /* distances and slopes along them; limits, their counts and their sums in double */
};
