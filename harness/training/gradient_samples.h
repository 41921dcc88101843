/* gradient_samples.h - the gradients of a batch's samples one by one, and what strategies select from these batches.
 *
 * The gradient of a batch is the sum of its samples' gradients (step.h), so once these are known, the gradient of any
 * selection is a sum of them. Not if samples see each other (batch_norm: batch). */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_SAMPLES_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_SAMPLES_H

#include "harness/training/gradient_selections.h"
#include "harness/training/gradient_stream.h"

struct gradient_samples {
    const struct gradient_design *design; /* borrowed */
    struct gradient_stream stream;
    float *inputs; /* (B, c) of the linear head, for strategies that use them */
    float *values; /* (M, B, stream.sketch.size); NULL: nothing is read yet */
};

/* Whether the settings' gradients are such sums. They are not with a reference network either, as each setting has its
 * own. */
int gradient_samples_add_up(const struct settings *);

/* Opens the batches of these settings, which use the whole batch. */
int gradient_samples_open(struct gradient_samples *, const struct settings *whole, const struct gradient_design *,
                          const char *data_folder, struct error *);
void gradient_samples_release(struct gradient_samples *); /* safe on zeroed ones */

/* Reads M batches: embeds each once and back-propagates its samples one by one. Initializes the selections (count) and
 * draws them from each batch; the caller releases them. */
int gradient_samples_read(struct gradient_samples *, const struct settings *const *settings,
                          struct gradient_selections *selections, int count, struct error *);

/* After that: writes the sums over all samples of each batch to values (M, size). */
void gradient_samples_sum(const struct gradient_samples *, float *values);

#endif
