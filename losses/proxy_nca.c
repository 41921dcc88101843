/* proxy_nca.c - Proxy-NCA: Movshovitz-Attias, Toshev, Leung, Ioffe and Singh 2017, "No Fuss Distance Metric Learning
 * using Proxies".
 *
 *   l_i = -log(exp(-D_iy / T) / sum_{c != y} exp(-D_ic / T)), D = 2 - 2 s the squared distance to a proxy, y its class
 *
 * The paper has T = 1 and leaves the class's own proxy out of the sum. `denominator: all` includes it, which with T =
 * 1/9 is ProxyNCA++ (Teh, DeVries and Taylor 2020). Samples without a proxy, or without another one, count 0. */
#include <math.h>

#include "losses/pairs.h"

enum denominator { DENOMINATOR_OTHERS, DENOMINATOR_ALL };
static const char *const denominator_names[] = {"others", "all", NULL};

struct proxy_nca_options {
    struct proxy_options proxies;
    double temperature;
    int denominator; /* enum denominator */
};

static const struct field fields[] = {
    PROXY_FIELDS(proxy_nca_options),
    {"temperature", "T, by which squared distances are divided", OPTION_REAL,
     offsetof(struct proxy_nca_options, temperature), "1", 1e-3, 1e3, NULL},
    {"denominator", "the proxies of other classes, or all of them", OPTION_CHOICE,
     offsetof(struct proxy_nca_options, denominator), "others", 0, 0, denominator_names},
    {.name = NULL},
};

static float proxy_nca_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    (void)scratch;
    const struct proxy_nca_options *o = options;
    const unsigned kinds = o->denominator == DENOMINATOR_ALL ? PAIR_ANY : PAIR_NEGATIVE;
    float scale = (float)(2 / o->temperature);
    for (int j = 0; j < anchor->size; j++) similarities[j] = scale * (similarities[j] - 1);
    double own = pair_log_sum(anchor, similarities, PAIR_POSITIVE);
    double others = pair_log_sum(anchor, similarities, kinds);
    if (own == -INFINITY || others == -INFINITY) return pair_none(anchor, similarities);
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        float probability = kind & kinds ? pair_share(similarities[j], others) : 0;
        similarities[j] = scale * (probability - (kind == PAIR_POSITIVE));
    }
    return (float)(others - own);
}

const struct loss loss_proxy_nca = {
    .plugin = {"proxy_nca", "each sample against one proxy per class by softmax (Movshovitz-Attias et al. 2017)",
               fields, sizeof(struct proxy_nca_options)},
    .has_proxies = 1,
    .anchor = proxy_nca_anchor,
};
