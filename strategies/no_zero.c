/* no_zero.c - the samples whose gradient u_i is not zero, up to K: skipping samples that mining has left without
 * gradient loses nothing. If there are n > K of them, K are drawn uniformly and weighted n / K, so that the mean over
 * many selections is the full gradient. If there are at most K, the gradient is the full one. If there are none, the
 * first sample of the batch is selected. */
#include "strategies/strategy.h"

static void no_zero_select(const void *options, const struct batch *batch, int count, struct random *random,
                           struct selection *selection)
{
    int found = 0;
    (void)options;
    for (int i = 0; i < batch->size; i++)
        if (strategy_gradient_square(batch, i) != 0) selection->candidates[found++].position = i;
    if (found == 0) {
        selection_take_first(selection, 1);
        return;
    }
    selection_take_random(selection, found, found < count ? found : count, random);
    for (int k = 0; k < selection->count; k++) {
        selection->index[k] = selection->candidates[selection->index[k]].position;
        selection->weight[k] = (float)found / (float)selection->count;
    }
}

static int no_zero_selects_fewer(const void *options)
{
    (void)options;
    return 1;
}

const struct strategy strategy_no_zero = {
    .plugin = {.name = "no_zero", .summary = "the samples that have a gradient; of more than K, K at random"},
    .needs = NEEDS_GRADIENTS,
    .select = no_zero_select,
    .selects_fewer = no_zero_selects_fewer,
};
