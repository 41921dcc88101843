/* gradient_norm.c - the K samples with the largest gradient that the network receives, |u_i|: the upper bound on a
 * sample's gradient by which Katharopoulos & Fleuret 2018 ("Not all samples are created equal", section 3.2) sample.
 * Ties go to the first in the batch. */
#include "strategies/strategy.h"

static void gradient_norm_select(const void *options, const struct batch *batch, int count, struct random *random,
                                 struct selection *selection)
{
    (void)options, (void)random;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++) selection->candidates[i].score = strategy_gradient_square(batch, i);
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_gradient_norm = {
    .plugin = {.name = "gradient_norm", .summary = "the K samples of the largest gradient received by the network"},
    .needs = NEEDS_GRADIENTS,
    .select = gradient_norm_select,
};
