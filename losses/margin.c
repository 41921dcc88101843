/* margin.c - the margin loss with distance-weighted sampling: Wu, Manmatha, Smola and Krahenbuhl 2017, "Sampling
 * Matters in Deep Embedding Learning", equations 4 to 6.
 *
 *   max(0, D_ip - beta + margin) for a positive pair, max(0, beta - D_in + margin) for a negative one, D Euclidean
 *
 * With each positive pair the paper draws one negative with chance w_n, the inverse of how many points of a sphere in d
 * dimensions lie at its distance:
 *
 *   log w_n = -(d - 2) log D - (d - 3)/2 log(1 - D^2/4), D = max(D_in, nearest); none with D_in > farthest
 *
 * Here the negative's loss is the expected value of these draws, that is, without their noise:
 *
 *   l_i = 1/|P| sum_P max(0, D_ip - beta + margin) + sum_N w_n max(0, beta - D_in + margin) / sum_N w_n
 *
 * and the gradient treats w_n as constants, as with draws. `negatives: all` sets w_n = 1: all triplets. `reduce: pairs`
 * weights an anchor by its number of triplets, |P|, or |P| |N| with all negatives; `nonzero` divides by the number of
 * their pairs that have a loss, positive and negative ones counted separately as in the paper's code (for draws, the
 * expected number). beta is not trained. Above 256 dimensions w_n is so steep that the nearest negative has all of it.
 * Anchors without both kinds of pairs count 0. */
#include <math.h>

#include "losses/pairs.h"
#include "losses/reduction.h"

enum { STEEP_DIM = 256 };

enum negatives { NEGATIVES_DISTANCE, NEGATIVES_ALL };
static const char *const negatives_names[] = {"distance", "all", NULL};

struct margin_options {
    struct reduction reduction;
    double margin, beta, nearest, farthest;
    int negatives; /* enum negatives */
    int constant_weights;
};

static const struct field fields[] = {
    {"margin", "by how much pairs must be on their own side of beta", OPTION_REAL,
     offsetof(struct margin_options, margin), "0.2", 0, 2, NULL},
    {"beta", "Euclidean distance that separates positive from negative pairs", OPTION_REAL,
     offsetof(struct margin_options, beta), "1.2", 0, 2, NULL},
    {"negatives", "weighted by the inverse density of their distances, or all equally", OPTION_CHOICE,
     offsetof(struct margin_options, negatives), "distance", 0, 0, negatives_names},
    {"nearest", "distance up to which negatives have the same weight", OPTION_REAL,
     offsetof(struct margin_options, nearest), "0.5", 0.01, 1.99, NULL},
    {"farthest", "distance beyond which negatives have no weight", OPTION_REAL,
     offsetof(struct margin_options, farthest), "1.4", 0.01, 1.99, NULL},
    {"constant_weights", "treat the weights of negatives as constants in the gradient", OPTION_FLAG,
     offsetof(struct margin_options, constant_weights), "yes", 0, 0, NULL},
    REDUCTION_FIELDS(margin_options, reduce_pair_names),
    {.name = NULL},
};

/* log w of a negative at this distance. */
static float log_weight(const struct margin_options *o, int dim, double distance)
{
    double d = fmax(distance, o->nearest);
    if (o->negatives == NEGATIVES_ALL) return 0;
    if (distance > o->farthest) return -INFINITY;
    return (float)(-(dim - 2) * log(d) - 0.5 * (dim - 3) * log(1 - d * d / 4));
}

/* Its slope along the distance. */
static double log_weight_slope(const struct margin_options *o, int dim, double distance)
{
    if (o->constant_weights || o->negatives == NEGATIVES_ALL) return 0;
    if (distance <= o->nearest || distance > o->farthest) return 0;
    return -(dim - 2) / distance + (dim - 3) * distance / (4 - distance * distance);
}

/* An anchor's two means, and the shares of their pairs that have a loss. */
struct means {
    int positives, negatives; /* pairs */
    double log_weights;       /* log sum_N w_n */
    double positive, negative;
    double positive_share, negative_share;
};

static double excess(const struct margin_options *o, enum pair_kind kind, double distance)
{
    return fmax(kind == PAIR_POSITIVE ? distance - o->beta + o->margin : o->beta - distance + o->margin, 0);
}

static struct means take_means(const struct margin_options *o, const struct anchor *anchor, const float *similarities,
                               float *log_weights)
{
    struct means means = {pair_count(anchor, PAIR_POSITIVE), pair_count(anchor, PAIR_NEGATIVE), 0, 0, 0, 0, 0};
    for (int j = 0; j < anchor->size; j++)
        log_weights[j] = log_weight(o, anchor->dim, distance_value(DISTANCE_EUCLIDEAN, similarities[j]));
    means.log_weights = pair_log_sum(anchor, log_weights, PAIR_NEGATIVE);
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        double loss = excess(o, kind, distance_value(DISTANCE_EUCLIDEAN, similarities[j]));
        if (kind == PAIR_POSITIVE) {
            means.positive += loss / means.positives;
            means.positive_share += (loss > 0) / (double)means.positives;
        } else if (kind == PAIR_NEGATIVE && log_weights[j] > -INFINITY) {
            double share = pair_share(log_weights[j], means.log_weights);
            means.negative += share * loss;
            means.negative_share += share * (loss > 0);
        }
    }
    return means;
}

static float pair_slope(const struct margin_options *o, const struct anchor *anchor, const struct means *means, int j,
                        float s, float log_weight)
{
    enum pair_kind kind = pair_kind(anchor, j);
    double distance = distance_value(DISTANCE_EUCLIDEAN, s), loss = excess(o, kind, distance), along = 0;
    if (kind == PAIR_POSITIVE)
        along = (loss > 0) / (double)means->positives;
    else if (kind == PAIR_NEGATIVE && log_weight > -INFINITY)
        along = pair_share(log_weight, means->log_weights) *
                ((loss - means->negative) * log_weight_slope(o, anchor->dim, distance) - (loss > 0));
    return (float)along * distance_slope(DISTANCE_EUCLIDEAN, s);
}

static float margin_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    const struct margin_options *o = options;
    struct means means = take_means(o, anchor, similarities, scratch);
    double triplets = means.positives * (o->negatives == NEGATIVES_ALL ? (double)means.negatives : 1);
    double terms = triplets;
    if (o->reduction.reduce == REDUCE_NONZERO) terms *= means.positive_share + means.negative_share;
    if (means.negatives == 0 || !(terms > 0)) return pair_none(anchor, similarities);
    *anchor->weight = reduction_weight(&o->reduction, terms);
    float scale = (float)(triplets / terms);
    for (int j = 0; j < anchor->size; j++)
        similarities[j] = scale * pair_slope(o, anchor, &means, j, similarities[j], scratch[j]);
    return scale * (float)(means.positive + means.negative);
}

static const char *margin_doubt(const void *options, int dim)
{
    const struct margin_options *o = options;
    if (o->negatives != NEGATIVES_DISTANCE || dim <= STEEP_DIM) return NULL;
    return "above 256 dimensions the nearest negative has nearly all of the weight; use embedding_size: 256 or less, "
           "or "
           "negatives: all";
}

const struct loss loss_margin = {
    .plugin = {"margin", "pairs on their own side of a distance, negatives weighted by distance (Wu et al. 2017)",
               fields, sizeof(struct margin_options)},
    .anchor = margin_anchor,
    .reduces = 1,
    .scratch_rows = 1,
    .doubt = margin_doubt,
};
