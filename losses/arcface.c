/* arcface.c - the additive angular margin loss: Deng, Guo, Xue and Zafeiriou 2019, "ArcFace: Additive Angular Margin
 * Loss for Deep Face Recognition", equation 3.
 *
 *   l_i = -log(exp(a cos(t_iy + m)) / (exp(a cos(t_iy + m)) + sum_{c != y} exp(a cos t_ic))), cos t_ic = s_ic
 *
 * t_ic is the angle to the proxy of class c, y the sample's class. Beyond t = pi - m, where cos(t + m) would rise
 * again, it is replaced by cos t - m sin m, as in the paper's code. Samples without a proxy count 0. */
#include <math.h>

#include "losses/pairs.h"

struct arcface_options {
    struct proxy_options proxies;
    double margin, scale;
};

static const struct field fields[] = {
    PROXY_FIELDS(arcface_options),
    {"margin", "m, added to the angle between a sample and its class's proxy, in radians", OPTION_REAL,
     offsetof(struct arcface_options, margin), "0.5", 0, 1.5, NULL},
    {"scale", "a, by which cosines are multiplied", OPTION_REAL, offsetof(struct arcface_options, scale), "64", 1e-3,
     1e3, NULL},
    {.name = NULL},
};

/* Squared sines below this are rounding: s has 24 bits. */
static const double indistinct = 1e-6;

/* The cosine with the margin in place of s, and its slope along s. */
static double with_margin(double margin, double s, double *slope)
{
    double sine = sqrt(fmax(1 - s * s, indistinct));
    if (s < -cos(margin)) {
        *slope = 1;
        return s - margin * sin(margin);
    }
    *slope = cos(margin) + (1 - s * s > indistinct ? s * sin(margin) / sine : 0);
    return s * cos(margin) - sine * sin(margin);
}

static float arcface_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct arcface_options *o = options;
    const float scale = (float)o->scale;
    double own_slope = 0;
    for (int c = 0; c < anchor->size; c++) {
        int own = pair_kind(anchor, c) == PAIR_POSITIVE;
        similarities[c] = scale * (own ? (float)with_margin(o->margin, similarities[c], &own_slope) : similarities[c]);
    }
    double own = pair_log_sum(anchor, similarities, PAIR_POSITIVE);
    double all = pair_log_sum(anchor, similarities, PAIR_ANY);
    if (own == -INFINITY) return pair_none(anchor, similarities);
    for (int c = 0; c < anchor->size; c++) {
        float probability = pair_share(similarities[c], all);
        similarities[c] =
            scale * (pair_kind(anchor, c) == PAIR_POSITIVE ? (float)own_slope * (probability - 1) : probability);
    }
    return (float)(all - own);
}

const struct loss loss_arcface = {
    .plugin = {"arcface", "classification with a margin added to the angle to the class's proxy (Deng et al. 2019)",
               fields, sizeof(struct arcface_options)},
    .has_proxies = 1,
    .anchor = arcface_anchor,
};
