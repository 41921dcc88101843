/* soft_rank.c - see soft_rank.h. */
#include "losses/soft_rank.h"

#include <math.h>

static float before(float s, float s_p, float sharpness)
{
    return 1 / (1 + expf((s_p - s) * sharpness));
}

double soft_rank_before(const struct anchor *anchor, const float *similarities, int p, double temperature,
                        unsigned kinds)
{
    const float sharpness = (float)(1 / temperature), s_p = similarities[p];
    double sum = 0;
    for (int j = 0; j < anchor->size; j++)
        if (j != p && (pair_kind(anchor, j) & kinds)) sum += before(similarities[j], s_p, sharpness);
    return sum;
}

void soft_rank_add_slopes(const struct anchor *anchor, const float *similarities, int p, double temperature,
                          const double along[PAIR_ANY], float *slopes)
{
    const float sharpness = (float)(1 / temperature), s_p = similarities[p];
    double sum = 0;
    for (int j = 0; j < anchor->size; j++) {
        enum pair_kind kind = pair_kind(anchor, j);
        if (j == p || kind == PAIR_SELF) continue;
        float share = before(similarities[j], s_p, sharpness);
        float slope = (float)along[kind] * sharpness * share * (1 - share);
        slopes[j] += slope;
        sum += slope;
    }
    slopes[p] -= (float)sum;
}
