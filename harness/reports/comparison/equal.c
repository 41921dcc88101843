/* equal.c - see equal.h. */
#include "harness/reports/comparison/equal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A partner at the end of its training run. */
struct end {
    int curve; /* the position of the first pair of the same cell */
    double budget, at, metric;
    struct pair pair;
};

static int compare_ends(const void *a, const void *b)
{
    const struct end *left = a, *right = b;
    if (left->curve != right->curve) return left->curve < right->curve ? -1 : 1;
    if (left->budget != right->budget) return left->budget < right->budget ? -1 : 1;
    return left->pair.reference - right->pair.reference;
}

/* Identifies the cell of a pair and, for a whole batch, the setting that it stands for: pairs with the same key have
 * partners of one curve. The caller frees; NULL if memory runs out. */
static char *curve_key(const struct results *results, const struct pair *pair, int across)
{
    char include[AXES_MAX + 1], *key = NULL;
    memset(include, 1, sizeof include);
    include[across] = 0;
    char *named = results_key(results, results->ok.cells[pair->named], include);
    if (named && asprintf(&key, "%d,%s", pair->cell, named) < 0) key = NULL;
    free(named);
    return key;
}

/* Fills ends (pairs->count), sorted by curve and then by budget. Returns -1 if memory runs out. */
static int list_ends(struct end *ends, const struct pairs *pairs, const struct results *results, int across,
                     const char *at, const char *metric)
{
    struct index curves = {0};
    int status = 0;
    for (int p = 0; p < pairs->count && status == 0; p++) {
        const struct pair *pair = &pairs->pair[p];
        struct results_cell reference = results->ok.cells[pair->reference];
        char *key = curve_key(results, pair, across);
        int curve = key ? index_add(&curves, key, p) : -1;
        free(key);
        if (curve < 0) status = -1;
        ends[p] =
            (struct end){curve, strtod(results_value(results, reference, across), NULL),
                         results_number(results, reference, at), results_number(results, reference, metric), *pair};
    }
    index_release(&curves);
    if (status == 0) qsort(ends, (size_t)pairs->count, sizeof *ends, compare_ends);
    return status;
}

/* The metric where the ends (count) reach `at`; NAN if they do not. */
static double interpolate(const struct end *ends, int count, double at)
{
    for (int e = 0; e + 1 < count; e++) {
        double from = ends[e].at, to = ends[e + 1].at;
        if (!(fmin(from, to) <= at && at <= fmax(from, to))) continue;
        double share = from == to ? 0 : (at - from) / (to - from);
        return ends[e].metric + share * (ends[e + 1].metric - ends[e].metric);
    }
    return NAN;
}

/* Compares one cell with its partners' ends (count). */
static struct equal_pair compare_cell(const struct results *results, const struct end *ends, int count, const char *at,
                                      const char *metric)
{
    struct results_cell cell = results->ok.cells[ends->pair.cell];
    double where = results_number(results, cell, at);
    struct equal_pair equal = {ends->pair, results_number(results, cell, metric), NAN, 0};
    int measured = isnan(where) ? 0 : 1;
    for (int e = 0; e < count; e++) measured = measured && !isnan(ends[e].at) && !isnan(ends[e].metric);
    if (!measured) return equal;
    equal.reference = interpolate(ends, count, where);
    equal.is_outside = isnan(equal.reference);
    return equal;
}

int equal_find(struct equal_pairs *equal, const struct pairs *pairs, const struct results *results, int across,
               const char *at, const char *metric, struct error *error)
{
    struct end *ends = calloc((size_t)pairs->count + 1, sizeof *ends);
    int most = 0;
    *equal = (struct equal_pairs){.pair = calloc((size_t)pairs->count + 1, sizeof *equal->pair)};
    int status = ends && equal->pair ? list_ends(ends, pairs, results, across, at, metric) : -1;
    for (int e = 0, count; e < pairs->count && status == 0; e += count) {
        for (count = 1; e + count < pairs->count && ends[e + count].curve == ends[e].curve;) count++;
        equal->pair[equal->count++] = compare_cell(results, &ends[e], count, at, metric);
        if (count > most) most = count;
    }
    free(ends);
    if (status != 0) error_set(error, "out of memory");
    if (status == 0 && most == 1)
        status = error_set(error,
                           "the reference has runs of one %s alone, and equal %s is looked for between the ends of "
                           "several: train it with a list of them",
                           results->axes.axis[across].column, at);
    if (status != 0) equal_release(equal);
    return status;
}

void equal_release(struct equal_pairs *equal)
{
    free(equal->pair);
    *equal = (struct equal_pairs){0};
}
