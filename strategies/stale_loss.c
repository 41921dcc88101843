/* stale_loss.c - the K samples with the largest loss at their last visit (Jiang et al. 2019, "Accelerating deep
 * learning by focusing on the biggest losers", reuse old losses too). Like top_loss, but the losses are known before
 * anything is embedded, so it runs direct. Images that were never seen come first; ties are broken at random. */
#include "strategies/strategy.h"

#include <math.h>

static void stale_loss_select(const void *options, const struct batch *batch, int count, struct random *random,
                              struct selection *selection)
{
    (void)options;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++) {
        float loss = batch->history[batch->ids[i]];
        selection->candidates[i].score = isnan(loss) ? INFINITY : loss;
    }
    selection_group_randomly(selection, batch->size, random);
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_stale_loss = {
    .plugin = {.name = "stale_loss", .summary = "the K samples with the largest loss at their last visit"},
    .needs = NEEDS_IDS,
    .select = stale_loss_select,
    .history = strategy_loss_history,
    .remember = strategy_remember_losses,
};
