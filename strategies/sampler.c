/* sampler.c - see sampler.h: what the samplers share. */
#include "strategies/sampler.h"

int sampler_class_count(int batch_size, int samples_per_class)
{
    return (int)(((long)batch_size + samples_per_class - 1) / samples_per_class);
}

int sampler_check(const struct sampler_classes *classes, int batch_size, int samples_per_class, int *thin_classes,
                  struct error *error)
{
    *thin_classes = 0;
    if (batch_size < 1 || samples_per_class < 1)
        return error_set(error, "batch_size %d and samples_per_class %d must both be at least 1", batch_size,
                         samples_per_class);
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
