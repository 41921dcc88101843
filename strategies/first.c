/* first.c - the first K samples of the batch; if the sampler arranges classes in blocks, K / m whole classes. */
#include "strategies/strategy.h"

static void first_select(const void *options, const struct batch *batch, int count, struct random *random,
                         struct selection *selection)
{
    (void)options, (void)batch, (void)random;
    selection_take_first(selection, count);
}

const struct strategy strategy_first = {
    .plugin = {.name = "first", .summary = "the first K samples in batch order"},
    .needs = NEEDS_NOTHING,
    .select = first_select,
};
