/* hard_classes.c - classes that are near each other in the current embedding, m samples of each, in blocks: a random
 * class, its nearest `neighbors` by mean embedding, then another random class, until there are B / m (class mining as
 * in Suh et al. 2019, "Stochastic class-based hard example mining for deep metric learning"). The first epoch has no
 * embeddings yet and draws all classes at random. */
#include "strategies/samplers/sampler.h"

struct hard_classes_options {
    int neighbors;
};

static const struct field fields[] = {
    {"neighbors", "nearest classes that follow each class drawn at random", OPTION_INT,
     offsetof(struct hard_classes_options, neighbors), "3", 1, 1000000, NULL},
    {0},
};

static float similarity(const struct sampler_classes *classes, int a, int b)
{
    const float *left = classes->centroids + (size_t)a * (size_t)classes->dim;
    const float *right = classes->centroids + (size_t)b * (size_t)classes->dim;
    float sum = 0;
    for (int k = 0; k < classes->dim; k++) sum += left[k] * right[k];
    return sum;
}

static void swap(int *values, int a, int b)
{
    int value = values[a];
    values[a] = values[b];
    values[b] = value;
}

/* Of order[first ..], the position of the class nearest to `center`. */
static int find_nearest(const struct sampler_classes *classes, const int *order, int first, int center)
{
    int nearest = first;
    float best = similarity(classes, center, order[first]);
    for (int i = first + 1; i < classes->class_count; i++) {
        float s = similarity(classes, center, order[i]);
        if (s > best) {
            best = s;
            nearest = i;
        }
    }
    return nearest;
}

/* Moves the classes of the batch to the front of `order`. */
static void choose(const struct hard_classes_options *options, const struct sampler_classes *classes, int wanted,
                   struct random *random, int *order)
{
    for (int c = 0; c < classes->class_count; c++) order[c] = c;
    for (int k = 0, center = 0; k < wanted; k++) {
        int drawn = k % (options->neighbors + 1) == 0;
        int at = drawn ? k + (int)random_below(random, (uint32_t)(classes->class_count - k))
                       : find_nearest(classes, order, k, center);
        swap(order, k, at);
        if (drawn) center = order[k];
    }
}

static void hard_classes_compose(const void *options, const struct sampler_classes *classes,
                                 struct sampler_batch *batch, struct random *random, int *scratch)
{
    if (!classes->centroids) {
        sampler_draw_classes(classes, batch, random, scratch);
        return;
    }
    choose(options, classes, sampler_class_count(batch->size, batch->samples_per_class), random, scratch);
    sampler_fill_blocks(classes, batch, random, scratch);
}

const struct sampler sampler_hard_classes = {
    .plugin = {.name = "hard_classes",
               .summary = "classes near each other in the current embedding, in blocks",
               .fields = fields,
               .options_size = sizeof(struct hard_classes_options)},
    .wants_centroids = 1,
    .compose = hard_classes_compose,
};
