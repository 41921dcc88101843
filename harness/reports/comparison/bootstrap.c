/* bootstrap.c - see bootstrap.h. */
#include "harness/reports/comparison/bootstrap.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "base/random.h"
#include "harness/reports/comparison/inference.h"

enum { CHUNK = 250 /* draws that share a scratch array */, SEED = 2012 };

struct drawing {
    const struct bootstrap *from;
    double *means; /* (BOOTSTRAP_DRAWS) */
    atomic_int failed;
};

/* Draws seeds with replacement and adds up each class's sums over them: sums (classes). */
static void draw_seeds(const struct bootstrap *from, struct random *random, double *sums)
{
    for (int c = 0; c < from->classes; c++) sums[c] = 0;
    for (int s = 0; s < from->seeds; s++) {
        size_t drawn = random_below(random, (unsigned)from->seeds);
        const double *row = from->sums + drawn * (size_t)from->classes;
        for (int c = 0; c < from->classes; c++) sums[c] += row[c];
    }
}

/* The mean difference of one draw. */
static double draw(const struct bootstrap *from, int number, double *sums)
{
    struct random random = random_stream(SEED, RANDOM_BOOTSTRAP, 0, (unsigned)number);
    double sum = 0, queries = 0;
    draw_seeds(from, &random, sums);
    for (int c = 0; c < from->classes; c++) {
        unsigned drawn = random_below(&random, (unsigned)from->classes);
        sum += sums[drawn];
        queries += from->queries[drawn];
    }
    return sum / (queries * from->seeds);
}

static void draw_chunk(void *context, int chunk)
{
    struct drawing *drawing = context;
    double *sums = malloc((size_t)drawing->from->classes * sizeof *sums);
    for (int i = 0; sums && i < CHUNK; i++) {
        int number = chunk * CHUNK + i;
        drawing->means[number] = draw(drawing->from, number, sums);
    }
    if (!sums) drawing->failed = 1;
    free(sums);
}

static int compare_means(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Interpolates linearly between the two nearest values, as numpy does by default. */
static double quantile(const double *sorted, double probability)
{
    double at = probability * (BOOTSTRAP_DRAWS - 1);
    int below = (int)at;
    return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

int bootstrap_interval(const struct bootstrap *from, double *low, double *high)
{
    struct drawing drawing = {from, malloc(BOOTSTRAP_DRAWS * sizeof *drawing.means), 0};
    if (!drawing.means) return -1;
    parallel_for(BOOTSTRAP_DRAWS / CHUNK, draw_chunk, &drawing);
    if (!drawing.failed) {
        qsort(drawing.means, BOOTSTRAP_DRAWS, sizeof *drawing.means, compare_means);
        *low = quantile(drawing.means, inference_alpha / 2);
        *high = quantile(drawing.means, 1 - inference_alpha / 2);
    }
    free(drawing.means);
    return drawing.failed ? -1 : 0;
}
