/* balanced_shuffled.c - B / m classes, m samples of each, in random order: then the strategy `first` selects at random,
 * as with TensorFlow Similarity's batch_random_permutation. */
#include "strategies/samplers/sampler.h"

static void balanced_shuffled_compose(const void *options, const struct sampler_classes *classes,
                                      struct sampler_batch *batch, struct random *random, int *scratch)
{
    (void)options;
    sampler_draw_classes(classes, batch, random, scratch);
    random_shuffle(random, batch->image, batch->size);
}

const struct sampler sampler_balanced_shuffled = {
    .plugin = {.name = "balanced_shuffled", .summary = "B/m classes at random, m samples of each, in random order"},
    .compose = balanced_shuffled_compose,
};
