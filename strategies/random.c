/* random.c - K samples drawn uniformly without replacement: selection sampling, Fan, Muller and Rezucha 1962, which
 * yields them in ascending order. */
#include "strategies/strategy.h"

static void random_select(const void *options, const struct batch *batch, int count, struct random *random,
                          struct selection *selection)
{
    (void)options;
    selection->count = 0;
    for (int i = 0; selection->count < count; i++) {
        int wanted = count - selection->count, left = batch->size - i;
        if ((int)random_below(random, (uint32_t)left) >= wanted) continue;
        selection->index[selection->count] = i;
        selection->weight[selection->count++] = 1;
    }
}

const struct strategy strategy_random = {
    .plugin = {.name = "random", .summary = "K samples drawn uniformly without replacement"},
    .needs = NEEDS_NOTHING,
    .select = random_select,
};
