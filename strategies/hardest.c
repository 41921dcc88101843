/* hardest.c - the K samples with the hardest neighbors: the smallest margin between the least similar sample of the
 * same class and the most similar of another (Hermans et al. 2017, "batch hard"). If one of the two is missing, the
 * best possible similarity is used: 1, or -1. Ties go to the first in the batch. */
#include "strategies/strategy.h"

#include <math.h>

static double margin(const struct batch *batch, int anchor)
{
    const float *z = batch->embeddings + (size_t)anchor * (size_t)batch->dim;
    float positive = 1, negative = -1;
    for (int j = 0; j < batch->size; j++) {
        const float *other = batch->embeddings + (size_t)j * (size_t)batch->dim;
        float similarity = 0;
        if (j == anchor) continue;
#pragma omp simd reduction(+ : similarity)
        for (int k = 0; k < batch->dim; k++) similarity += z[k] * other[k];
        if (batch->labels[j] == batch->labels[anchor])
            positive = fminf(positive, similarity);
        else
            negative = fmaxf(negative, similarity);
    }
    return positive - negative;
}

static void hardest_select(const void *options, const struct batch *batch, int count, struct random *random,
                           struct selection *selection)
{
    (void)options, (void)random;
    selection_begin(selection, batch);
#pragma omp parallel for schedule(static)
    for (int i = 0; i < batch->size; i++) selection->candidates[i].score = -margin(batch, i);
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_hardest = {
    .plugin = {.name = "hardest", .summary = "the K samples with the smallest margin between their class and others"},
    .needs = NEEDS_LABELS | NEEDS_EMBEDDINGS,
    .select = hardest_select,
};
