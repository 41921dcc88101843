/* sampler.h - what a sampler is: it composes batches, that is, which classes, how many samples of each, in which order.
 *
 * A batch depends only on (seed, epoch, step), so a run can be resumed anywhere. To add a sampler: write one file that
 * exports a `struct sampler`, and add its declaration and row to registry.c. */
#ifndef PARTGRAD_STRATEGIES_SAMPLERS_SAMPLER_H
#define PARTGRAD_STRATEGIES_SAMPLERS_SAMPLER_H

#include "base/plugin.h"
#include "base/random.h"

/* The training images, grouped by class: what a sampler draws from. */
struct sampler_classes {
    int class_count;  /* C */
    const int *start; /* (C + 1) where class c's images begin in `image` */
    const int *image; /* (start[C]) image ids */
    /* (C, d) mean embeddings of the classes at the beginning of the epoch; NULL in the first epoch, and for samplers
     * that do not ask for them. */
    const float *centroids;
    int dim; /* d */
};

struct sampler_batch {
    int size;              /* B */
    int samples_per_class; /* m; classes per batch = B / m, rounded up */
    int *image;            /* (B) out: image ids, in batch order */
};

struct sampler {
    struct plugin plugin;
    int wants_centroids; /* 1: centroids are computed before each epoch but the first */
    int ignores_classes; /* 1: draws from all images alike; samples_per_class has no effect */
    /* Fills batch->image. `scratch` holds (start[C] + C) ints. A class with fewer images than wanted is drawn with
     * replacement; a batch that needs more classes than there are is refused by sampler_check, not here. */
    void (*compose)(const void *options, const struct sampler_classes *, struct sampler_batch *, struct random *,
                    int *scratch);
};

extern const struct plugin *const sampler_registry[]; /* NULL-terminated; rows are struct sampler */

/* Checks before training that batches can be composed; fails if a batch needs more classes than there are, or if a
 * class is empty. Sets *thin_classes to the number of classes with fewer than m images, which are drawn with
 * replacement. */
int sampler_check(const struct sampler *, const struct sampler_classes *, int batch_size, int samples_per_class,
                  int *thin_classes, struct error *);

/* The largest batch, in samples: m of every class, or all images for a sampler that ignores classes. */
int sampler_largest_batch(const struct sampler *, const struct sampler_classes *, int samples_per_class);

/* Classes in a batch: B / m, rounded up. */
int sampler_class_count(int batch_size, int samples_per_class);

/* For samplers: moves `wanted` of the values (count), drawn uniformly without replacement, to the front. */
void sampler_draw(struct random *, int *values, int count, int wanted);

/* For samplers: draws `wanted` images of class c into image (wanted), with replacement only if the class has fewer.
 * `scratch` has room for the class's images. */
void sampler_draw_class(const struct sampler_classes *, int c, int wanted, struct random *, int *scratch, int *image);

/* For samplers: fills the batch with m images of each class order[0], order[1], ... in blocks; the last block takes the
 * rest. `order` (C) is the beginning of the scratch array that `compose` got. */
void sampler_fill_blocks(const struct sampler_classes *, struct sampler_batch *, struct random *, int *order);

/* For samplers: the same with classes drawn at random; `scratch` is the array that `compose` got. */
void sampler_draw_classes(const struct sampler_classes *, struct sampler_batch *, struct random *, int *scratch);

#endif
