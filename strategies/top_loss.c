/* top_loss.c - the K samples of the largest loss: online hard example mining (Shrivastava et al. 2016). Its gradient is
 * not an estimate of the full one: what it leaves out is what it does not like. Ties go to the first in the batch. */
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
    .plugin = {.name = "top_loss", .summary = "the K samples of the largest loss"},
    .needs = NEEDS_LOSSES,
    .select = top_loss_select,
};
