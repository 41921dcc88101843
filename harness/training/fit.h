/* fit.h - finds the largest batch that fits into a given amount of memory.
 *
 * Bytes are those that the training run itself plans (update_measure), so the result is what will be allocated. They do
 * not grow with every sample: kernels work on micro-batches of equal size, and nine samples in two micro-batches of
 * five may need less than eight in one. So the search bisects, and then tries further batch sizes until the micro-batch
 * sizes recur. */
#ifndef PARTGRAD_HARNESS_TRAINING_FIT_H
#define PARTGRAD_HARNESS_TRAINING_FIT_H

#include "base/error.h"
#include "harness/training/update.h"

/* What kept the batch from being larger. */
enum fit_bound {
    FIT_GIVEN,   /* the batch size was given */
    FIT_MEMORY,  /* the next larger batch needs more than `memory` */
    FIT_CLASSES, /* the train classes cannot fill a larger one */
    FIT_AT_MOST, /* `at_most` */
};
extern const char *const fit_bound_names[]; /* "given", "memory", "classes", "at_most" */

struct fit {
    int batch_size, micro_batch;
    enum fit_bound bound;
    size_t bytes;        /* planned bytes, as `memory` counts them */
    int next_batch_size; /* the next larger batch, with the same micro-batch; 0 unless memory was the bound */
    size_t next_bytes;   /* planned for that */
};

/* For open settings (settings_is_open): finds the largest batch that `memory` and `batch_at_most` allow, a multiple of
 * samples_per_class with at most `fillable` samples; for `micro_batch: largest`, also the largest micro-batch with
 * which that batch fits, a power of two up to 64. If the batch size is given, checks it against the limits. Fails if
 * nothing fits, with the least memory that would be enough, or if the settings contradict each other. Uses the current
 * number of threads, on which the plan depends. */
int fit_find(const struct settings *, int fillable, const struct update_classes *, struct fit *, struct error *);

/* Puts the result into the settings: the batch and the micro-batch, with the limits set to their defaults. */
void fit_apply(const struct fit *, struct settings *);

#endif
