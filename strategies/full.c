/* full.c - the whole batch: ordinary training, which every strategy becomes at p = 1. */
#include "strategies/strategy.h"

/* The harness asks for K = B; for less, this selects the first K. */
static void full_select(const void *options, const struct batch *batch, int count, struct random *random,
                        struct selection *selection)
{
    (void)options, (void)batch, (void)random;
    selection_take_first(selection, count);
}

const struct strategy strategy_full = {
    .plugin = {.name = "full", .summary = "every sample: ordinary training"},
    .needs = NEEDS_NOTHING,
    .select = full_select,
};
