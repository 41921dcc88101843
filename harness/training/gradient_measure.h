/* gradient_measure.h - gradients of batches at given weights: nothing is trained. What a setting of portion, strategy
 * and loss makes of M batches is compared with three targets:
 *
 *   own_batch ... the same batch's whole gradient
 *   same_size ... the mean whole gradient of batches of this size: what selecting does to it
 *   large ....... the mean whole gradient of batches of one large size: what a small batch does too, since the loss of
 *                 pairs depends on how many there are
 *
 * Batch b is that of (seed, epoch 1, step b), references follow from step GRADIENT_FIRST_REFERENCE on, and selection s
 * of batch b draws from (seed, RANDOM_SELECTION, s, b): any number can be computed again alone, in any order. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_MEASURE_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_MEASURE_H

#include "base/error.h"
#include "harness/tables/settings.h"

enum { GRADIENT_FIRST_REFERENCE = 1 << 20 };

struct gradient_design {
    int batches, selections, references; /* M, S, R */
    int large;                           /* B of the target `large` */
    size_t dimensions;                   /* k, that gradients are projected to; see gradient_sketch.h */
};

/* Fails if a training run of these settings would take more from a batch than the batch: a memory bank, batches that
 * are added up. */
int gradient_check(const struct settings *, struct error *);

/* The settings of the whole batch of B samples, otherwise alike and resolved: what `whole` files are measured of. */
int gradient_whole_settings(const struct settings *, int batch_size, struct settings *whole, struct error *);

/* Whole gradients of M batches and R references, to a file: whole or absent. */
int gradient_measure_whole(const struct settings *whole, const struct gradient_design *, const char *data_folder,
                           const char *path, struct error *);

/* Files of whole gradients. */
struct gradient_targets {
    const char *same_size; /* of the same batches */
    const char *large;
};

/* Measures M batches, S selections of each, and writes the figures to a CSV file of three rows, one for each target.
 * Settings that are whole themselves (K = B) are measured already: their rows are made of the file `same_size`. */
int gradient_measure(const struct settings *, const struct gradient_design *, const struct gradient_targets *,
                     const char *data_folder, const char *path, struct error *);

#endif
