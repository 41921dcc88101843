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

float pair_log_sum(const struct anchor *anchor, const float *logits, unsigned kinds)
{
    float greatest = -INFINITY;
    double sum = 0;
    for (int j = 0; j < anchor->size; j++)
        if ((pair_kind(anchor, j) & kinds) && logits[j] > greatest) greatest = logits[j];
    if (greatest == -INFINITY) return -INFINITY;
    for (int j = 0; j < anchor->size; j++)
        if (pair_kind(anchor, j) & kinds) sum += expf(logits[j] - greatest);
    return greatest + (float)log(sum);
}

float pair_none(const struct anchor *anchor, float *slopes)
{
    memset(slopes, 0, (size_t)anchor->size * sizeof *slopes);
    return 0;
}

float softplus(float x)
{
    return fmaxf(x, 0) + log1pf(expf(-fabsf(x)));
}

float logistic(float x)
{
    return 1 / (1 + expf(-x));
}

float log_add(float a, float b)
{
    if (a == b) return a + logf(2); /* infinite ones too */
    return fmaxf(a, b) + log1pf(expf(-fabsf(a - b)));
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
