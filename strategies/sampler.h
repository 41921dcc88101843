/* sampler.h - what composes batches: which classes, how many samples of each, in which order.
 *
 * A batch is a function of (seed, epoch, step) alone, so a run can be resumed anywhere.
 * To add a sampler: one file sampler_NAME.c that exports a `struct sampler`, named in registry.c. */
#ifndef PARTGRAD_STRATEGIES_SAMPLER_H
#define PARTGRAD_STRATEGIES_SAMPLER_H

#include "base/plugin.h"
#include "base/random.h"

/* The training images, grouped by class: what a sampler draws from. */
struct sampler_classes {
    int class_count;  /* C */
    const int *start; /* (C + 1) where class c's images begin in `image` */
    const int *image; /* (start[C]) image ids */
};

struct sampler_batch {
    int size;              /* B */
    int samples_per_class; /* m; classes per batch = B / m, rounded up */
    int *image;            /* (B) out: image ids, in batch order */
};

struct sampler {
    struct plugin plugin;
    /* Fills batch->image. `scratch` holds (start[C] + C) ints. A class with fewer images than wanted is drawn
     * with replacement; a batch that wants more classes than there are fails in sampler_check, not here. */
    void (*compose)(const void *options, const struct sampler_classes *, struct sampler_batch *, struct random *,
                    int *scratch);
};

extern const struct plugin *const sampler_registry[]; /* NULL-terminated; rows are struct sampler */

/* Says what would not work before training starts: more classes per batch than there are, an empty class. Returns how
 * many classes are smaller than m, and so drawn with replacement, in *thin_classes. */
int sampler_check(const struct sampler_classes *, int batch_size, int samples_per_class, int *thin_classes,
                  struct error *);

/* Classes in a batch: B / m, rounded up. */
int sampler_class_count(int batch_size, int samples_per_class);

/* For samplers: moves `wanted` of the values (count), drawn uniformly without replacement, to the front. */
void sampler_draw(struct random *, int *values, int count, int wanted);

/* For samplers: draws `wanted` images of class c into image (wanted), with replacement only where the class has fewer.
 * `scratch` has room for the class's images. */
void sampler_draw_class(const struct sampler_classes *, int c, int wanted, struct random *, int *scratch, int *image);

#endif
