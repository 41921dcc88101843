/* fit.h - the largest batch that a budget of memory allows.
 *
 * Bytes are those that the training run itself plans (update_measure), so what is found is what will be taken. They
 * need not grow with every sample: kernels work on micro-batches of equal size, and nine samples in two of five may
 * take less than eight in one. So the search bisects, and then looks on over as many samples as the sizes need to
 * recur. */
#ifndef PARTGRAD_HARNESS_TRAINING_FIT_H
#define PARTGRAD_HARNESS_TRAINING_FIT_H

#include "base/error.h"
#include "harness/training/update.h"

/* What kept the batch from being larger. */
enum fit_bound {
    FIT_GIVEN,   /* it was asked for by number */
    FIT_MEMORY,  /* one step more takes more than `memory` */
    FIT_CLASSES, /* the train classes cannot fill a larger one */
    FIT_AT_MOST, /* `at_most` */
};
extern const char *const fit_bound_names[]; /* "given", "memory", "classes", "at_most" */

struct fit {
    int batch_size, micro_batch;
    enum fit_bound bound;
    size_t bytes;        /* planned for them, of what `memory` counts */
    int next_batch_size; /* the next larger batch, with the same micro-batch; 0 if not memory was the bound */
    size_t next_bytes;   /* planned for that */
};

/* For open settings (settings_is_open): the largest batch that `memory` and `batch_at_most` allow, a multiple of
 * samples_per_class, of at most `fillable` samples; and of the micro-batches, if that is asked for, the largest with
 * which it fits, a power of two up to 64. Of settings that name the batch, whether it keeps to its bounds. Fails with
 * the reason if nothing does, and then says the least memory that would do; and if the settings contradict each other.
 * Uses the current number of threads, on which the plan depends. */
int fit_find(const struct settings *, int fillable, const struct update_classes *, struct fit *, struct error *);

/* What was found takes the place of what was open: the batch and the micro-batch, and the bounds' defaults. */
void fit_apply(const struct fit *, struct settings *);

#endif
