/* update.h - network, loss, strategy and optimiser of one training, planned and placed together; what a cell and a
 * benchmark step have in common. */
#ifndef PARTGRAD_HARNESS_TRAINING_UPDATE_H
#define PARTGRAD_HARNESS_TRAINING_UPDATE_H

#include <stdint.h>

#include "base/arena.h"
#include "harness/training/checkpoint.h"
#include "harness/training/probe.h"
#include "harness/tables/settings.h"
#include "harness/training/step.h"

/* Bytes and operations; the code that plans them places them too. */
struct trainer_plan {
    int selected; /* K */
    int dim;      /* d */
    int two_pass;
    int bf16;
    struct network_memory network;
    size_t optimizer_bytes, step_bytes, loader_bytes;
    double multiply_adds; /* forward, one image */
};

/* The classes that are trained on, for losses that keep something for each. */
struct trainer_classes {
    int count;         /* C */
    const int *labels; /* (C) */
};

struct trainer {
    const struct settings *settings; /* borrowed */
    struct network *network;
    struct optimizer optimizer;
    struct parameter proxies; /* of a loss that has them, and what trains them */
    struct optimizer proxy_optimizer;
    struct step step;
    struct probe probe;
    int accumulated;                /* batches since the last update */
    const struct parameter *broken; /* the first that is no longer finite since the last update, or NULL */
    struct arena arena;             /* of the optimiser and the step */
    struct trainer_plan plan;       /* what was allocated */
};

/* What trainer_create would allocate. */
int trainer_measure(const struct settings *, const struct trainer_classes *, struct trainer_plan *, struct error *);

/* backprop: auto becomes direct where the strategy can choose before anything is embedded, else two_pass; asking for
 * direct elsewhere is an error. */
int trainer_create(struct trainer *, const struct settings *, const struct trainer_classes *, struct error *);
void trainer_release(struct trainer *); /* safe on a zeroed trainer */

/* One step on pixels (B, 3, h, w), labels (B): loss, selection, gradient, and with every `accumulate`-th an update by
 * the mean of their gradients; what is left at the end of an epoch is dropped. (epoch, step) names the random draws. An
 * update sets `broken`. */
void trainer_step(struct trainer *, const uint8_t *pixels, int *labels, int epoch, long step, double learning_rate,
                  struct step_result *);

/* Adds all that a later step depends on: parameters, the optimisers' state, proxies, memory bank. After restoring call
 * trainer_resume. */
void trainer_checkpoint(struct trainer *, struct checkpoint *);
void trainer_resume(struct trainer *);

/* Tape and transient. */
size_t trainer_activation_bytes(const struct trainer_plan *);

#endif
