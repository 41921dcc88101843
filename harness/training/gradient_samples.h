/* gradient_samples.h - the gradients of batches' samples, each alone, and what strategies select of these batches.
 *
 * The gradient of a batch is the sum of its samples' (step.h), so once these are known, that of any selection is a sum
 * of what is there. Not if samples see each other (batch_norm: batch). */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_SAMPLES_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_SAMPLES_H

#include "harness/training/gradient_selections.h"
#include "harness/training/gradient_stream.h"

struct gradient_samples {
    const struct gradient_design *design; /* borrowed */
    struct gradient_stream stream;
    float *inputs; /* (B, c) of the linear head, for strategies that look at them */
    float *values; /* (M, B, stream.sketch.size); NULL: nothing is read yet */
};

/* Whether the settings' gradients are such sums; not with a reference network either, which each setting has its own
 * of.
 */
int gradient_samples_add_up(const struct settings *);

/* Of batches of these settings, which are whole. */
int gradient_samples_open(struct gradient_samples *, const struct settings *whole, const struct gradient_design *,
                          const char *data_folder, struct error *);
void gradient_samples_release(struct gradient_samples *); /* safe on zeroed ones */

/* Reads M batches: embeds each once, and back-propagates its samples one after the other. The selections (count), which
 * this begins, are drawn of each; they are the caller's to release. */
int gradient_samples_read(struct gradient_samples *, const struct settings *const *settings,
                          struct gradient_selections *selections, int count, struct error *);

/* After that: the sums over all samples of each batch, to values (M, size). */
void gradient_samples_sum(const struct gradient_samples *, float *values);

#endif
