/* loader.h - training batches, prepared by a thread while the network computes.
 *
 * Every batch depends only on (seed, epoch, step): the sampler composes it, and each image is cropped, resized, perhaps
 * mirrored and recolored by its own random stream. */
#ifndef PARTGRAD_HARNESS_TRAINING_LOADER_H
#define PARTGRAD_HARNESS_TRAINING_LOADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/tables/settings.h"

struct loader;

/* A batch ready for the network. */
struct loader_batch {
    const uint8_t *pixels; /* (B, 3, h, w) */
    int *labels;           /* (B) */
    const int *ids;        /* (B) images: positions in the pack */
};

/* Epochs count from 1, their steps from 0. */
struct loader_position {
    int epoch, step;
};

/* Starts preparing batches epoch by epoch from `first` on. The settings, the pack and the classes are borrowed and must
 * outlive the loader. */
int loader_create(struct loader **loader, const struct settings *, const struct pack *, const struct pack_classes *,
                  int steps_per_epoch, struct loader_position first, struct error *);
/* For samplers that use centroids: batches of an epoch after the first wait for this call, which gives the centroids
 * (C, d) of the training classes; borrowed, unchanged until the epoch's last batch is taken. No effect with other
 * samplers. */
void loader_begin_epoch(struct loader *, int epoch, const float *centroids, int dim);
/* Stops the thread and frees; NULL-safe. */
void loader_free(struct loader *);

/* Waits for the next batch, which is valid until the next call. */
int loader_next(struct loader *, struct loader_batch *, struct error *);

/* Bytes that a loader with these settings allocates. */
size_t loader_bytes(const struct settings *);

#endif
