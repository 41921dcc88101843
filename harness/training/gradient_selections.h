/* gradient_selections.h - what a strategy selects of batches whose samples' gradients are known one by one: the
 * gradient of a selection is their sum with its weights, so it costs no pass through the network. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_SELECTIONS_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_SELECTIONS_H

#include "base/arena.h"
#include "harness/training/gradient_measure.h"

struct gradient_selections {
    const struct settings *settings; /* borrowed */
    int batches, selections;         /* M, S */
    int size, most;                  /* B, K */
    float scale;                     /* in front of every gradient */
    int *count;                      /* (M, S) samples of each */
    int *index;                      /* (M, S, K) their positions in the batch */
    float *weight;                   /* (M, S, K) */
    struct selection selection;      /* if the strategy selects */
    float *history;                  /* of a strategy that has seen nothing yet */
    struct arena arena;              /* holds the arrays */
};

/* For batches of this shape, with ids below image_count. */
int gradient_selections_init(struct gradient_selections *, const struct settings *, const struct gradient_design *,
                             const struct batch *shape, int image_count, struct error *);
void gradient_selections_release(struct gradient_selections *); /* safe on zeroed ones */

/* Has the strategy select S times of batch b. A strategy that remembers is asked as in its first step. */
void gradient_selections_draw(struct gradient_selections *, const struct batch *, int b);

/* The samples' gradients (M, B, size) become those of the selections (M, S, size). */
void gradient_selections_sum(const struct gradient_selections *, const float *samples, size_t size, float *values);

/* Samples of a selection, in the mean. */
double gradient_selections_mean(const struct gradient_selections *);

#endif
