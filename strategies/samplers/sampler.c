/* sampler.c - see sampler.h: what the samplers share. */
#include "strategies/samplers/sampler.h"

#include <limits.h>

int sampler_class_count(int batch_size, int samples_per_class)
{
    return (int)(((long)batch_size + samples_per_class - 1) / samples_per_class);
}

int sampler_check(const struct sampler *sampler, const struct sampler_classes *classes, int batch_size,
                  int samples_per_class, int *thin_classes, struct error *error)
{
    *thin_classes = 0;
    if (batch_size < 1 || samples_per_class < 1)
        return error_set(error, "batch_size %d and samples_per_class %d must both be at least 1", batch_size,
                         samples_per_class);
    if (sampler->ignores_classes)
        return classes->start[classes->class_count] > 0 ? 0 : error_set(error, "the training split has no images");
    int wanted = sampler_class_count(batch_size, samples_per_class);
    if (wanted > classes->class_count)
        return error_set(
            error,
            "batch_size %d with samples_per_class %d takes %d classes, and there are %d to train on: use a "
            "smaller batch or more samples per class",
            batch_size, samples_per_class, wanted, classes->class_count);
    for (int c = 0; c < classes->class_count; c++) {
        int images = classes->start[c + 1] - classes->start[c];
        if (images < 1) return error_set(error, "class %d of the training split has no images", c);
        *thin_classes += images < samples_per_class;
    }
    return 0;
}

int sampler_largest_batch(const struct sampler *sampler, const struct sampler_classes *classes, int samples_per_class)
{
    if (sampler->ignores_classes) return classes->start[classes->class_count];
    long most = (long)classes->class_count * samples_per_class;
    return most < INT_MAX ? (int)most : INT_MAX;
}

void sampler_draw(struct random *random, int *values, int count, int wanted)
{
    for (int i = 0; i < wanted; i++) {
        int j = i + (int)random_below(random, (uint32_t)(count - i));
        int value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}

void sampler_draw_class(const struct sampler_classes *classes, int c, int wanted, struct random *random, int *scratch,
                        int *image)
{
    const int *images = classes->image + classes->start[c];
    int count = classes->start[c + 1] - classes->start[c];
    if (count < wanted) {
        for (int i = 0; i < wanted; i++) image[i] = images[random_below(random, (uint32_t)count)];
        return;
    }
    for (int i = 0; i < count; i++) scratch[i] = images[i];
    sampler_draw(random, scratch, count, wanted);
    for (int i = 0; i < wanted; i++) image[i] = scratch[i];
}

void sampler_fill_blocks(const struct sampler_classes *classes, struct sampler_batch *batch, struct random *random,
                         int *order)
{
    int m = batch->samples_per_class, chosen = sampler_class_count(batch->size, m);
    int *images = order + classes->class_count; /* (largest class) */
    for (int k = 0; k < chosen; k++) {
        int first = k * m, wanted = k + 1 < chosen ? m : batch->size - first;
        sampler_draw_class(classes, order[k], wanted, random, images, batch->image + first);
    }
}

void sampler_draw_classes(const struct sampler_classes *classes, struct sampler_batch *batch, struct random *random,
                          int *scratch)
{
    int chosen = sampler_class_count(batch->size, batch->samples_per_class);
    for (int c = 0; c < classes->class_count; c++) scratch[c] = c;
    sampler_draw(random, scratch, classes->class_count, chosen);
    sampler_fill_blocks(classes, batch, random, scratch);
}
