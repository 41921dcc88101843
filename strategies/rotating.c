/* rotating.c - a window of K samples in batch order that moves on by K each step and wraps around at the end of the
 * batch, so that every position of a batch has its turn. */
#include "strategies/strategy.h"

static void rotating_select(const void *options, const struct batch *batch, int count, struct random *random,
                            struct selection *selection)
{
    (void)options, (void)random;
    int start = (int)(batch->step % batch->size * count % batch->size), wrapped = start + count - batch->size;
    if (wrapped < 0) wrapped = 0;
    selection_take_first(selection, count);
    for (int k = wrapped; k < count; k++) selection->index[k] = start + k - wrapped;
}

const struct strategy strategy_rotating = {
    .plugin = {.name = "rotating", .summary = "a window of K samples that moves over the batch, step by step"},
    .needs = NEEDS_NOTHING,
    .select = rotating_select,
};
