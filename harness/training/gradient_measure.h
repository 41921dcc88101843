/* gradient_measure.h - gradients of batches at given weights: nothing is trained. What a setting of portion, strategy
 * and loss makes of M batches is compared with three targets:
 *
 *   own_batch ... the same batch's whole gradient
 *   same_size ... the mean whole gradient of batches of this size: what selecting does to it
 *   large ....... the mean whole gradient of batches of one large size: what a small batch does too, since the loss of
 *                 pairs depends on how many there are
 *
 * Batch b is that of (seed, epoch 1, step b), references follow from step GRADIENT_FIRST_REFERENCE on, and selection s
 * of batch b draws from (seed, RANDOM_SELECTION, s, b): any number can be computed again alone, in any order.
 *
 * gradient_family.h measures, gradient_case.h has the rows that come of it. */
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

/* The settings of the whole batch of B samples, otherwise alike and resolved. */
int gradient_whole_settings(const struct settings *, int batch_size, struct settings *whole, struct error *error);
/* Whether the settings are whole themselves: K = B. */
int gradient_is_whole(const struct settings *);

/* Room for `count` gradients of `size` values each, which the caller frees; NULL if there is not so much. */
float *gradient_allocate(size_t count, size_t size, struct error *);

#endif
