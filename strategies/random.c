/* random.c - K samples drawn uniformly without replacement. */
#include "strategies/strategy.h"

static void random_select(const void *options, const struct batch *batch, int count, struct random *random,
                          struct selection *selection)
{
    (void)options;
    selection_take_random(selection, batch->size, count, random);
}

const struct strategy strategy_random = {
    .plugin = {.name = "random", .summary = "K samples drawn uniformly without replacement"},
    .needs = NEEDS_NOTHING,
    .select = random_select,
};
