/* selective.c - K samples drawn without replacement with chances that grow with their loss's rank: F(l_i)^beta, with F
 * the share of the batch whose loss is no larger (Selective-Backprop, Jiang et al. 2019, "Accelerating deep learning by
 * focusing on the biggest losers", which draws each sample on its own, so that K varies). Drawn by exponential keys,
 * log(u) / w largest first (Efraimidis & Spirakis 2006). Equal losses have equal chances. */
#include "strategies/strategy.h"

#include <math.h>
#include <stdlib.h>

struct selective_options {
    double beta;
};

static const struct field fields[] = {
    {"beta", "power of the loss's rank; 0: uniform", OPTION_REAL, offsetof(struct selective_options, beta), "1", 0, 100,
     NULL},
    {0},
};

static int by_loss(const void *a, const void *b)
{
    const struct candidate *one = a, *other = b;
    if (one->score != other->score) return one->score < other->score ? -1 : 1;
    return one->position < other->position ? -1 : 1;
}

/* Sorted losses become F(l)^beta. */
static void weigh(struct candidate *candidates, int size, double beta)
{
    for (int first = 0, end; first < size; first = end) {
        for (end = first + 1; end < size && candidates[end].score == candidates[first].score;) end++;
        double weight = pow((double)end / size, beta);
        for (int i = first; i < end; i++) candidates[i].score = weight;
    }
}

static void selective_select(const void *options, const struct batch *batch, int count, struct random *random,
                             struct selection *selection)
{
    const struct selective_options *o = options;
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++)
        candidates[i].score = isnan(batch->sample_losses[i]) ? INFINITY : batch->sample_losses[i];
    qsort(candidates, (size_t)batch->size, sizeof *candidates, by_loss);
    weigh(candidates, batch->size, o->beta);
    qsort(candidates, (size_t)batch->size, sizeof *candidates, candidate_by_position);
    for (int i = 0; i < batch->size; i++)
        candidates[i].score = log(1 - (double)random_uniform(random)) / candidates[i].score;
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_selective = {
    .plugin = {.name = "selective",
               .summary = "K samples drawn with chances that grow with the rank of their loss",
               .fields = fields,
               .options_size = sizeof(struct selective_options)},
    .needs = NEEDS_LOSSES,
    .select = selective_select,
};
