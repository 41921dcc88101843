/* reference_loss.c - the K samples whose loss is most above that of a reference network, which has learned from other
 * images: l_i(theta) - l_i(theta_ref), the reducible holdout loss (Mindermann et al. 2022, "Prioritized training on
 * points that are learnable, worth learning, and not yet learnt"). What the reference finds hard too, as wrong labels
 * are, is left out; so is what has been learned. Of equals the first in the batch is taken; a sample whose difference
 * is not a number comes last.
 *
 * In the paper a loss is a sample's own; here it is of pairs, so l_i(theta_ref) is that of the same batch, embedded by
 * the reference from center crops. */
#include "strategies/strategy.h"

struct reference_loss_options {
    char reference[OPTION_TEXT_SIZE];
};

static const struct field fields[] = {
    {"reference", "RUN/CELL whose kept weights are the reference; it has trained on none of these images", OPTION_TEXT,
     offsetof(struct reference_loss_options, reference), .values = "RUN/CELL", .later = 1},
    {0},
};

static void reference_loss_select(const void *options, const struct batch *batch, int count, struct random *random,
                                  struct selection *selection)
{
    (void)options, (void)random;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++)
        selection->candidates[i].score = (double)batch->sample_losses[i] - (double)batch->reference_losses[i];
    selection_take_best(selection, batch->size, count);
}

static const char *reference_loss_reference(const void *options)
{
    return ((const struct reference_loss_options *)options)->reference;
}

const struct strategy strategy_reference_loss = {
    .plugin = {.name = "reference_loss",
               .summary = "the K samples whose loss is most above that of a reference network",
               .fields = fields,
               .options_size = sizeof(struct reference_loss_options)},
    .needs = NEEDS_LOSSES | NEEDS_REFERENCE,
    .select = reference_loss_select,
    .reference = reference_loss_reference,
};
