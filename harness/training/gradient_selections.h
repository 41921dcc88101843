/* gradient_selections.h - a strategy's selections from batches whose samples' gradients are known one by one. The
 * gradient of a selection is their weighted sum, so it needs no pass through the network. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_SELECTIONS_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_SELECTIONS_H

#include "base/arena.h"
#include "harness/training/gradient_measure.h"

struct gradient_selections {
    const struct settings *settings; /* borrowed */
    int batches, selections;         /* M, S */
    int size, most;                  /* B, K */
    float scale;                     /* factor of every gradient */
    int *count;                      /* (M, S) samples of each */
    int *index;                      /* (M, S, K) their positions in the batch */
    float *weight;                   /* (M, S, K) */
    struct selection selection;      /* filled when the strategy selects */
    float *history;                  /* for the strategy, as at its first step */
    struct arena arena;              /* holds the arrays */
};

/* Allocates for batches of this shape, with ids below image_count. */
int gradient_selections_init(struct gradient_selections *, const struct settings *, const struct gradient_design *,
                             const struct batch *shape, int image_count, struct error *);
void gradient_selections_release(struct gradient_selections *); /* safe on zeroed ones */

/* Lets the strategy select S times from batch b, each time as in its first step, without history. */
void gradient_selections_draw(struct gradient_selections *, const struct batch *, int b);

/* Computes the selections' gradients (M, S, size) from those of the samples (M, B, size). */
void gradient_selections_sum(const struct gradient_selections *, const float *samples, size_t size, float *values);

/* Mean number of samples of a selection. */
double gradient_selections_mean(const struct gradient_selections *);

#endif
