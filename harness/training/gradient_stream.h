/* gradient_stream.h - gradients of batches, one after another, computed by the training step; the parameters do not
 * change. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_STREAM_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_STREAM_H

#include "datasets/pack.h"
#include "harness/training/gradient_sketch.h"
#include "harness/training/loader.h"
#include "harness/training/parts.h"
#include "harness/training/update.h"

struct gradient_stream {
    const struct settings *settings; /* borrowed */
    struct pack pack;
    struct parts parts;
    struct update update;
    struct gradient_sketch sketch;
    struct selection last; /* count, index and weight of the previous gradient; owned */
    double selected;       /* samples in all selections so far */
    long gradients;        /* number so far */
};

/* Opens the pack and creates the network; gradients are projected to at most `dimensions` values. */
int gradient_stream_open(struct gradient_stream *, const struct settings *, size_t dimensions, const char *data_folder,
                         struct error *);
/* The same with a tape of `tape` samples; 0: as many as a step needs. */
int gradient_stream_open_with_tape(struct gradient_stream *, const struct settings *, int tape, size_t dimensions,
                                   const char *data_folder, struct error *);
void gradient_stream_release(struct gradient_stream *); /* safe on a zeroed stream */

/* Writes the gradients of `count` batches from step `first` on, for `selections` of each, to values (count, selections,
 * sketch.size). */
int gradient_stream_read(struct gradient_stream *, int first, int count, int selections, float *values, struct error *);

/* Calls `visit` with each of `count` batches from step `first` on, until one fails. */
int gradient_stream_visit(struct gradient_stream *, int first, int count,
                          int (*visit)(void *context, const struct loader_batch *, int step, struct error *),
                          void *context, struct error *);

/* Projects the network's current gradient, of a sample or a selection of batch `step`, to out (sketch.size). Fails if
 * it is not finite. */
int gradient_stream_take(struct gradient_stream *, int step, float *out, struct error *);

#endif
