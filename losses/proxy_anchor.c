/* proxy_anchor.c - proxy anchor loss: Kim, Kim, Cho and Kwak 2020, "Proxy Anchor Loss for Deep Metric Learning",
 * equation 4.
 *
 *   L = 1/|C+| sum_{c in C+} t_c+  +  1/|C| sum_{c in C} t_c-,
 *   t_c+ = log(1 + sum_{i of c} exp(-alpha (s_ic - delta))), t_c- = log(1 + sum_{i not of c} exp(alpha (s_ic + delta)))
 *
 * C are all proxies, C+ those with samples in the batch. A term t_c of a proxy is credited to its samples in proportion
 * to their exponentials, so that B times a sample's credits is its sample loss and their mean is L. */
#include <math.h>

#include "losses/pairs.h"

struct proxy_anchor_options {
    struct proxy_options proxies;
    double alpha, delta;
};

static const struct field fields[] = {
    PROXY_FIELDS(proxy_anchor_options),
    {"alpha", "sharpness", OPTION_REAL, offsetof(struct proxy_anchor_options, alpha), "32", 1e-3, 1e4, NULL},
    {"delta", "margin in similarity", OPTION_REAL, offsetof(struct proxy_anchor_options, delta), "0.1", 0, 1, NULL},
    {.name = NULL},
};

/* Of a proxy's summary: t_c+ and t_c-, `absent` without samples of that kind. */
enum { POSITIVE, NEGATIVE };
static const double absent = -1;

static float pair_logit(const struct proxy_anchor_options *o, enum pair_kind kind, float s)
{
    float alpha = (float)o->alpha, delta = (float)o->delta;
    return kind == PAIR_POSITIVE ? -alpha * (s - delta) : alpha * (s + delta);
}

static void proxy_anchor_summarize(const void *options, const struct anchor *anchor, float *similarities,
                                   double *summary)
{
    const struct proxy_anchor_options *o = options;
    for (int i = 0; i < anchor->size; i++) similarities[i] = pair_logit(o, pair_kind(anchor, i), similarities[i]);
    double positive = pair_log_sum(anchor, similarities, PAIR_POSITIVE);
    double negative = pair_log_sum(anchor, similarities, PAIR_NEGATIVE);
    summary[POSITIVE] = positive == -INFINITY ? absent : pairs_softplus(positive);
    summary[NEGATIVE] = negative == -INFINITY ? absent : pairs_softplus(negative);
}

static int count_present(const struct anchor *anchor)
{
    int count = 0;
    for (int c = 0; c < anchor->size; c++) count += anchor->summaries[c * SUMMARY_SIZE + POSITIVE] != absent;
    return count;
}

/* The sample's part of a proxy's term t = log(1 + E), E = sum exp(logits): t exp(logit) / E; and dt/d(logit). */
static double credit(double term, float logit, double *slope)
{
    *slope = exp(logit - term);
    return term > 0 ? term * *slope / -expm1(-term) : 0;
}

static float proxy_anchor_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct proxy_anchor_options *o = options;
    int present = count_present(anchor);
    double loss = 0;
    for (int c = 0; c < anchor->size; c++) {
        enum pair_kind kind = pair_kind(anchor, c);
        int positive = kind == PAIR_POSITIVE;
        double term = anchor->summaries[c * SUMMARY_SIZE + (positive ? POSITIVE : NEGATIVE)], slope;
        double scale = (double)anchor->batch_size / (positive ? present : anchor->size);
        loss += scale * credit(term, pair_logit(o, kind, similarities[c]), &slope);
        similarities[c] = (float)((positive ? -scale : scale) * o->alpha * slope);
    }
    return (float)loss;
}

const struct loss loss_proxy_anchor = {
    .plugin = {"proxy_anchor", "each class's proxy against all samples (Kim et al. 2020)", fields,
               sizeof(struct proxy_anchor_options)},
    .has_proxies = 1,
    .anchor = proxy_anchor_anchor,
    .summarize = proxy_anchor_summarize,
};
