/* low_loss.c - the K samples with the smallest loss: a control for top_loss. Ties go to the first in the batch. */
#include "strategies/strategy.h"

static void low_loss_select(const void *options, const struct batch *batch, int count, struct random *random,
                            struct selection *selection)
{
    (void)options, (void)random;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++) selection->candidates[i].score = -batch->sample_losses[i];
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_low_loss = {
    .plugin = {.name = "low_loss", .summary = "the K samples with the smallest loss, a control"},
    .needs = NEEDS_LOSSES,
    .select = low_loss_select,
};
