/* pairs.c - see pairs.h. */
#include "losses/pairs.h"

#include <math.h>
#include <string.h>

int pair_count(const struct anchor *anchor, unsigned kinds)
{
    int count = 0;
    for (int j = 0; j < anchor->size; j++) count += (pair_kind(anchor, j) & kinds) != 0;
    return count;
}

double pair_log_sum(const struct anchor *anchor, const float *logits, unsigned kinds)
{
    float greatest = -INFINITY;
    double sum = 0;
    for (int j = 0; j < anchor->size; j++)
        if ((pair_kind(anchor, j) & kinds) && logits[j] > greatest) greatest = logits[j];
    if (greatest == -INFINITY) return -INFINITY;
    for (int j = 0; j < anchor->size; j++)
        if (pair_kind(anchor, j) & kinds) sum += expf(logits[j] - greatest);
    return greatest + log(sum);
}

void pair_clear(const struct anchor *anchor, float *slopes)
{
    memset(slopes, 0, (size_t)anchor->size * sizeof *slopes);
}

float pair_none(const struct anchor *anchor, float *slopes)
{
    pair_clear(anchor, slopes);
    memset(anchor->weight, 0, LOSS_MEANS * sizeof *anchor->weight);
    return 0;
}

float pair_share(float logit, double log_sum)
{
    return expf((float)(logit - log_sum));
}

double pairs_softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

double pairs_logistic(double x)
{
    return 1 / (1 + exp(-x));
}

double pairs_log_add(double a, double b)
{
    if (a == b) return a + log(2); /* even infinite ones */
    return fmax(a, b) + log1p(exp(-fabs(a - b)));
}

const char *const distance_names[] = {"euclidean", "squared", "cosine", NULL};

/* Squared distances below this are rounding: s has 24 bits. */
static const float indistinct = 1e-6f;

float distance_value(enum distance distance, float similarity)
{
    switch (distance) {
    case DISTANCE_EUCLIDEAN:
        return sqrtf(fmaxf(2 - 2 * similarity, indistinct));
    case DISTANCE_SQUARED:
        return 2 - 2 * similarity;
    default:
        return 1 - similarity;
    }
}

float distance_slope(enum distance distance, float similarity)
{
    switch (distance) {
    case DISTANCE_EUCLIDEAN:
        return 2 - 2 * similarity > indistinct ? -1 / sqrtf(2 - 2 * similarity) : 0;
    case DISTANCE_SQUARED:
        return -2;
    default:
        return -1;
    }
}
