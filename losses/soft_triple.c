/* soft_triple.c - the soft triple loss: Qian, Shang, Sun, Hu, Li and Jin 2019, "SoftTriple Loss: Deep Metric Learning
 * Without Triplet Sampling", equations 6 to 9.
 *
 *   l_i = -log(exp(a (S_iy - delta)) / (exp(a (S_iy - delta)) + sum_{c != y} exp(a S_ic))) + tau R
 *   S_ic = sum_k q_ik s_ik, q_ik = exp(s_ik / gamma) / sum_l exp(s_il / gamma), over the K centers of class c
 *   R = 1/(C K (K - 1)) sum_c sum_{k < l} |w_ck - w_cl|
 *
 * A class has K proxies, its centers, which are adjacent; R pulls centers together that the class does not need. R
 * belongs to the batch; it is added to every sample's loss so that their mean is L. Samples without a proxy have only
 * R. */
#include <math.h>

#include "losses/pairs.h"

struct soft_triple_options {
    struct proxy_options proxies;
    double scale, gamma, delta, tau;
    int centers;
};

static const struct field fields[] = {
    PROXY_FIELDS(soft_triple_options),
    {"centers", "K, proxies of each class", OPTION_INT, offsetof(struct soft_triple_options, centers), "10", 1, 100,
     NULL},
    {"scale", "a, by which similarities are multiplied", OPTION_REAL, offsetof(struct soft_triple_options, scale), "20",
     1e-3, 1e3, NULL},
    {"gamma", "how soft the choice among a class's centers is", OPTION_REAL,
     offsetof(struct soft_triple_options, gamma), "0.1", 1e-3, 1e3, NULL},
    {"delta", "margin in similarity", OPTION_REAL, offsetof(struct soft_triple_options, delta), "0.01", 0, 1, NULL},
    {"tau", "weight of the distances between a class's centers", OPTION_REAL, offsetof(struct soft_triple_options, tau),
     "0.2", 0, 1e3, NULL},
    {.name = NULL},
};

static int soft_triple_per_class(const void *options)
{
    return ((const struct soft_triple_options *)options)->centers;
}

/* The first position after those of the label at `first`. */
static int group_end(const int *labels, int size, int first)
{
    int end = first + 1;
    while (end < size && labels[end] == labels[first]) end++;
    return end;
}

/* S_ic from the similarities to its centers (count), and their slopes dS/ds. */
static double soften(double gamma, const float *similarities, int count, float *slopes)
{
    float greatest = similarities[0];
    double sum = 0, weighted = 0;
    for (int k = 1; k < count; k++) greatest = similarities[k] > greatest ? similarities[k] : greatest;
    for (int k = 0; k < count; k++) {
        slopes[k] = expf((similarities[k] - greatest) / (float)gamma); /* of the share */
        sum += slopes[k];
        weighted += (double)slopes[k] * similarities[k];
    }
    double mean = weighted / sum;
    for (int k = 0; k < count; k++) slopes[k] *= (float)((1 + (similarities[k] - mean) / gamma) / sum);
    return mean;
}

/* Each class's logit is put at its first center, and -INFINITY at its other centers. */
static float soft_triple_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    const struct soft_triple_options *o = options;
    float *logits = scratch, *slopes = scratch + anchor->scratch_width;
    for (int c = 0, end; c < anchor->size; c = end) {
        end = group_end(anchor->labels, anchor->size, c);
        double s = soften(o->gamma, similarities + c, end - c, slopes + c);
        for (int k = c + 1; k < end; k++) logits[k] = -INFINITY;
        logits[c] = (float)(o->scale * (s - (pair_kind(anchor, c) == PAIR_POSITIVE ? o->delta : 0)));
    }
    double own = pair_log_sum(anchor, logits, PAIR_POSITIVE);
    double all = pair_log_sum(anchor, logits, PAIR_ANY);
    if (own == -INFINITY) return pair_none(anchor, similarities);
    for (int c = 0, end; c < anchor->size; c = end) {
        end = group_end(anchor->labels, anchor->size, c);
        float along = (float)o->scale * (pair_share(logits[c], all) - (pair_kind(anchor, c) == PAIR_POSITIVE));
        for (int k = c; k < end; k++) similarities[k] = along * slopes[k];
    }
    return (float)(all - own);
}

/* The distance of two centers; adds `scale` times its slopes to their gradients. */
static double pull_together(const struct proxies *proxies, int a, int b, double scale)
{
    size_t dim = (size_t)proxies->dim;
    const float *x = proxies->units + (size_t)a * dim, *y = proxies->units + (size_t)b * dim;
    float *x_gradient = proxies->unit_gradients + (size_t)a * dim,
          *y_gradient = proxies->unit_gradients + (size_t)b * dim;
    double s = 0;
    for (size_t k = 0; k < dim; k++) s += (double)x[k] * y[k];
    float slope = (float)scale * distance_slope(DISTANCE_EUCLIDEAN, (float)s);
    for (size_t k = 0; k < dim; k++) {
        x_gradient[k] += slope * y[k];
        y_gradient[k] += slope * x[k];
    }
    return distance_value(DISTANCE_EUCLIDEAN, (float)s);
}

static double soft_triple_regularize(const void *options, const struct proxies *proxies)
{
    const struct soft_triple_options *o = options;
    double pairs = 0, sum = 0; /* each counted twice: C K (K - 1) */
    for (int c = 0, end; c < proxies->count; c = end) {
        end = group_end(proxies->labels, proxies->count, c);
        pairs += (double)(end - c) * (end - c - 1);
    }
    if (pairs == 0 || o->tau == 0) return 0;
    double scale = o->tau / pairs;
    for (int c = 0, end; c < proxies->count; c = end) {
        end = group_end(proxies->labels, proxies->count, c);
        for (int a = c; a < end; a++)
            for (int b = a + 1; b < end; b++) sum += pull_together(proxies, a, b, scale);
    }
    return scale * sum;
}

const struct loss loss_soft_triple = {
    .plugin = {"soft_triple", "classification with several proxies of each class (Qian et al. 2019)", fields,
               sizeof(struct soft_triple_options)},
    .has_proxies = 1,
    .proxies_per_class = soft_triple_per_class,
    .anchor = soft_triple_anchor,
    .regularize = soft_triple_regularize,
    .scratch_rows = 2,
};
