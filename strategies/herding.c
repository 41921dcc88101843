/* herding.c - K samples whose mean gradient stays near the batch's (Welling 2009, "Herding Dynamical Weights to Learn";
 * v of gram.h): the k-th chosen has the largest <v_i, k mean_B v - sum of the chosen>. All have weight 1. Of equals the
 * first in the batch is chosen. */
#include "strategies/strategy.h"

#include "strategies/gram.h"

struct herd {
    float *gram;         /* (B, B) */
    double *mean, *left; /* (B) <v_i, mean_B v>, <v_i, k mean_B v - sum of the chosen> */
};

static struct herd take_herd(const struct batch *shape, struct arena *arena)
{
    struct herd herd = {.gram = gram_take(shape, arena)};
    herd.mean = arena_take(arena, (size_t)shape->size, sizeof(double));
    herd.left = arena_take(arena, (size_t)shape->size, sizeof(double));
    return herd;
}

static void herding_scratch(const struct batch *shape, int count, struct arena *arena)
{
    (void)count;
    take_herd(shape, arena);
}

static void herding_select(const void *options, const struct batch *batch, int count, struct random *random,
                           struct selection *selection)
{
    struct herd herd = take_herd(batch, &selection->scratch);
    struct candidate *candidates = selection->candidates;
    int size = batch->size;
    (void)options, (void)random;
    selection_begin(selection, batch);
    gram_compute(batch, herd.gram);
    gram_sum(herd.gram, size, herd.mean);
    for (int i = 0; i < size; i++) herd.left[i] = herd.mean[i] /= size;
    for (int k = 0; k < count; k++) {
        int next = -1;
        for (int i = 0; i < size; i++)
            if (candidates[i].score == 0 && (next < 0 || herd.left[i] > herd.left[next])) next = i;
        candidates[next].score = 1;
        for (int i = 0; i < size; i++)
            herd.left[i] += herd.mean[i] - herd.gram[(size_t)next * (size_t)size + (size_t)i];
    }
    selection_take_best(selection, size, count);
}

const struct strategy strategy_herding = {
    .plugin = {.name = "herding", .summary = "K samples whose mean gradient stays near the batch's"},
    .needs = NEEDS_GRADIENTS | NEEDS_INPUTS,
    .select = herding_select,
    .scratch = herding_scratch,
};
