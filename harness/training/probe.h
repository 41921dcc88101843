/* probe.h - compares the partial gradient with the full one: on some steps the full parameter gradient is computed too,
 * compared, and discarded. Training is not affected. */
#ifndef PARTGRAD_HARNESS_TRAINING_PROBE_H
#define PARTGRAD_HARNESS_TRAINING_PROBE_H

#include "base/arena.h"
#include "harness/training/step.h"

struct probe {
    float *partial; /* (values of all trained parameters) the partial gradient, saved while the full one is computed */
};

/* Carves the array; the arena may be a measuring one. */
void probe_take(struct probe *, const struct parameter *, int count, struct arena *);

/* After step_run and network_finish_gradients: sets the result's cosine and norm ratio (partial / full; both NAN if
 * one of the gradients is zero), and leaves the parameters' gradients as they were. */
void probe_run(struct probe *, struct step *, const uint8_t *pixels, struct step_result *);

#endif
