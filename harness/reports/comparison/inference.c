/* inference.c - see inference.h. */
#include "harness/reports/comparison/inference.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

const double inference_alpha = 0.05, inference_power = 0.8;

/* A deviation below this share of the mean is a rounding error: the values are equal. */
static const double rounding = 1e-9;

double inference_quantile(int freedom, double probability)
{
    return gsl_cdf_tdist_Pinv(probability, freedom);
}

/* Whether the values differ by more than rounding. */
static int has_spread(const struct groups_value *value)
{
    return value->count >= 2 && value->deviation > rounding * fabs(value->mean);
}

static int is_zero(const struct groups_value *value)
{
    return value->count >= 2 && value->mean == 0 && value->deviation == 0;
}

double inference_reach(const struct groups_value *value)
{
    if (is_zero(value)) return 0;
    if (!has_spread(value)) return NAN;
    return inference_quantile(value->count - 1, 1 - inference_alpha / 2) * value->deviation / sqrt(value->count);
}

double inference_p(const struct groups_value *value)
{
    if (is_zero(value)) return 1;
    if (!has_spread(value)) return NAN;
    double t = fabs(value->mean) / (value->deviation / sqrt(value->count));
    return 2 * gsl_cdf_tdist_Q(t, value->count - 1);
}

/* ---- families ---- */

struct ranked {
    double p; /* 1 if not known */
    int at;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;
    if (left->p != right->p) return left->p < right->p ? -1 : 1;
    return left->at - right->at;
}

int inference_holm(double *p, int count)
{
    struct ranked *ranked = malloc(((size_t)count + 1) * sizeof *ranked);
    double least = 0;
    if (!ranked) return -1;
    for (int i = 0; i < count; i++) ranked[i] = (struct ranked){isnan(p[i]) ? 1 : p[i], i};
    qsort(ranked, (size_t)count, sizeof *ranked, compare_ranked);
    for (int i = 0; i < count; i++) {
        least = fmax(least, fmin(1, (count - i) * ranked[i].p));
        if (!isnan(p[ranked[i].at])) p[ranked[i].at] = least;
    }
    free(ranked);
    return 0;
}

/* ---- power ---- */

/* The smallest mean that `count` values show, in standard deviations. */
static double smallest_in_deviations(int count, int family)
{
    double level = inference_quantile(count - 1, 1 - inference_alpha / (2 * family));
    return (level + inference_quantile(count - 1, inference_power)) / sqrt(count);
}

double inference_smallest(const struct groups_value *value, int family)
{
    return has_spread(value) ? value->deviation * smallest_in_deviations(value->count, family) : NAN;
}

int inference_seeds_needed(double deviation, double difference, int family)
{
    int too_few = 1, enough = 2;
    while (enough < INFERENCE_SEEDS_MAX && deviation * smallest_in_deviations(enough, family) > difference) {
        too_few = enough;
        enough *= 2;
    }
    if (enough >= INFERENCE_SEEDS_MAX) return -1;
    while (enough - too_few > 1) {
        int middle = (too_few + enough) / 2;
        if (deviation * smallest_in_deviations(middle, family) > difference)
            too_few = middle;
        else
            enough = middle;
    }
    return enough;
}
