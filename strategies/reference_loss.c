/* reference_loss.c - the K samples whose loss is most above that of a reference network, which was trained on other
 * images: l_i(theta) - l_i(theta_ref), the reducible holdout loss (Mindermann et al. 2022, "Prioritized training on
 * points that are learnable, worth learning, and not yet learnt"). It skips samples that the reference finds hard too,
 * such as wrong labels, and samples that are learned already. Ties go to the first in the batch; a difference that is
 * not a number comes last.
 *
 * In the paper a loss depends on one sample; here it depends on pairs, so l_i(theta_ref) is the loss within the same
 * batch, as the reference embeds its center crops. */
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
