/* sampler_balanced.c - B / m classes, m samples of each, classes in contiguous blocks: the layout that TensorFlow
 * Similarity's sampler gives its batches. Where m does not divide B, the last class takes the rest. */
#include "strategies/sampler.h"

static void compose(const void *options, const struct sampler_classes *classes, struct sampler_batch *batch,
                    struct random *random, int *scratch)
{
    (void)options;
    int m = batch->samples_per_class, chosen = sampler_class_count(batch->size, m);
    int *order = scratch, *images = scratch + classes->class_count; /* (C), (largest class) */

    for (int c = 0; c < classes->class_count; c++) order[c] = c;
    sampler_draw(random, order, classes->class_count, chosen);
    for (int k = 0; k < chosen; k++) {
        int first = k * m, wanted = k + 1 < chosen ? m : batch->size - first;
        sampler_draw_class(classes, order[k], wanted, random, images, batch->image + first);
    }
}

const struct sampler sampler_balanced = {
    .plugin = {.name = "balanced", .summary = "B/m classes at random, m samples of each, in blocks of one class"},
    .compose = compose,
};
