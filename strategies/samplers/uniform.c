/* uniform.c - B images drawn uniformly without replacement from all training images, whatever their classes; with
 * replacement if there are fewer than B. */
#include "strategies/samplers/sampler.h"

static void uniform_compose(const void *options, const struct sampler_classes *classes, struct sampler_batch *batch,
                            struct random *random, int *scratch)
{
    (void)options;
    int count = classes->start[classes->class_count];
    if (count < batch->size) {
        for (int i = 0; i < batch->size; i++) batch->image[i] = classes->image[random_below(random, (uint32_t)count)];
        return;
    }
    for (int i = 0; i < count; i++) scratch[i] = classes->image[i];
    sampler_draw(random, scratch, count, batch->size);
    for (int i = 0; i < batch->size; i++) batch->image[i] = scratch[i];
}

const struct sampler sampler_uniform = {
    .plugin = {.name = "uniform", .summary = "B images at random, whatever their classes"},
    .ignores_classes = 1,
    .compose = uniform_compose,
};
