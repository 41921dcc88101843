/* top_loss.c - the K samples with the largest loss: online hard example mining (Shrivastava et al. 2016). Its gradient
 * is a biased estimate of the full one, as it always leaves out the easy samples. Ties go to the first in the batch. */
#include "strategies/strategy.h"

static void top_loss_select(const void *options, const struct batch *batch, int count, struct random *random,
                            struct selection *selection)
{
    (void)options, (void)random;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++) selection->candidates[i].score = batch->sample_losses[i];
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_top_loss = {
    .plugin = {.name = "top_loss", .summary = "the K samples with the largest loss"},
    .needs = NEEDS_LOSSES,
    .select = top_loss_select,
};
