/* balanced.c - B / m classes, m samples of each, classes in contiguous blocks: the layout of batches in TensorFlow
 * Similarity. If m does not divide B, the last class takes the rest. */
#include "strategies/samplers/sampler.h"

static void balanced_compose(const void *options, const struct sampler_classes *classes, struct sampler_batch *batch,
                             struct random *random, int *scratch)
{
    (void)options;
    sampler_draw_classes(classes, batch, random, scratch);
}

const struct sampler sampler_balanced = {
    .plugin = {.name = "balanced", .summary = "B/m classes at random, m samples of each, in blocks of one class"},
    .compose = balanced_compose,
};
