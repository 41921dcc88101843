/* gradient_measure.h - measures gradients of batches at given weights, without training. The gradients that a setting
 * of portion, strategy and loss gives for M batches are compared with three targets:
 *
 *   own_batch ... the whole gradient of the same batch
 *   same_size ... the mean whole gradient of batches of this size, to show the effect of selecting
 *   large ....... the mean whole gradient of batches of one large size, to show the effect of small batches too, as the
 * loss of pairs depends on how many pairs there are
 *
 * Batch b is that of (seed, epoch 1, step b). References use the steps from GRADIENT_FIRST_REFERENCE on. Selection s of
 * batch b draws from the stream (seed, RANDOM_SELECTION, s, b). So any of them can be computed again by itself, in any
 * order.
 *
 * gradient_family.h does the work, gradient_case.h has the rows that result. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_MEASURE_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_MEASURE_H

#include "base/error.h"
#include "harness/tables/settings.h"

enum { GRADIENT_FIRST_REFERENCE = 1 << 20 };

struct gradient_design {
    int batches, selections, references; /* M, S, R */
    int large;                           /* B of the target `large` */
    size_t dimensions;                   /* k, to which gradients are projected; see gradient_sketch.h */
};

/* Fails if a gradient of these settings depends on more than one batch: with a memory bank or with `accumulate`. */
int gradient_check(const struct settings *, struct error *);

/* The same settings for a whole batch of B samples, resolved. */
int gradient_whole_settings(const struct settings *, int batch_size, struct settings *whole, struct error *error);
/* Whether the settings use the whole batch: K = B. */
int gradient_is_whole(const struct settings *);

/* Allocates `count` gradients of `size` values each, which the caller frees; NULL and an error if memory is short. */
float *gradient_allocate(size_t count, size_t size, struct error *);

#endif
