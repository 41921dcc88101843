/* gradient_case.h - measures the gradients of one setting: three rows of a CSV file, one for each target. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_CASE_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_CASE_H

#include "harness/training/gradient_measure.h"
#include "harness/training/gradient_stream.h"
#include "harness/training/gradients.h"

struct gradient_case {
    const struct settings *settings; /* borrowed */
    const char *path;                /* of its file; borrowed */
};

/* The gradients that a case is compared with; borrowed. */
struct gradient_targets {
    const float *own;                  /* (M, size) whole gradients of the same batches */
    struct gradients same_size, large; /* references (R, 1, size) */
};

/* Writes the file, complete or not at all. `selected` is the mean number of samples of a gradient; from the stream only
 * the network and the projection are used. */
int gradient_case_write(const struct gradient_case *, const struct gradient_design *, const struct gradient_stream *,
                        const struct gradients *, double selected, const struct gradient_targets *, struct error *);

#endif
