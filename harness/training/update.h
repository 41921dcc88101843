/* update.h - network, loss, strategy and optimizer of one training run, planned and placed together; used by cells,
 * `bench` and measurements of gradients. */
#ifndef PARTGRAD_HARNESS_TRAINING_UPDATE_H
#define PARTGRAD_HARNESS_TRAINING_UPDATE_H

#include <stdint.h>

#include "base/arena.h"
#include "harness/training/checkpoint.h"
#include "harness/training/probe.h"
#include "harness/tables/settings.h"
#include "harness/training/step.h"

/* Bytes and operations; the code that plans the arrays also places them. */
struct update_plan {
    int selected; /* K */
    int largest;  /* most samples that a step back-propagates */
    int dim;      /* d */
    int two_pass;
    int bf16;
    struct network_memory network;
    size_t optimizer_bytes, step_bytes, loader_bytes;
    size_t parameters;        /* values */
    struct network_work work; /* of one image */
};

/* The train classes, for losses with proxies; and the number of images, for strategies with a history. */
struct update_classes {
    int count;         /* C */
    const int *labels; /* (C) */
    int image_count;   /* of the data set; every id is below it */
};

struct update {
    const struct settings *settings; /* borrowed */
    struct network *network;
    struct optimizer optimizer;
    struct parameter proxies; /* of a loss that has them, with their optimizer */
    struct optimizer proxy_optimizer;
    struct step step;
    struct probe probe;
    int accumulated;                /* batches since the last update */
    const struct parameter *broken; /* the first parameter that the last update left not finite, or NULL */
    struct arena arena;             /* of the optimizer and the step */
    struct update_plan plan;        /* what was allocated */
};

/* The request for the settings' network: a pass without a tape usually gets `embed_count` samples; the tape holds
 * `tape_count`, 0: embedding only. */
struct network_request update_network_request(const struct settings *, int embed_count, int tape_count);

/* What update_create would allocate. */
int update_measure(const struct settings *, const struct update_classes *, struct update_plan *, struct error *);

/* Plans and allocates everything. backprop: auto becomes direct if the strategy can select before anything is embedded,
 * else two_pass; direct with another strategy is an error. */
int update_create(struct update *, const struct settings *, const struct update_classes *, struct error *);
/* The same with a tape of `tape` samples, whatever a step would select, for callers that run samples themselves. */
int update_create_with_tape(struct update *, const struct settings *, const struct update_classes *, int tape,
                            struct error *);
void update_release(struct update *); /* safe on a zeroed update */

/* The factor of the gradient of `selected` samples. */
float update_gradient_scale(const struct settings *, int selected);

/* Sets the kind of the next steps: enum step_kind (budget.h). */
void update_set_kind(struct update *, int kind);

/* One step on pixels (B, 3, h, w), labels (B), ids (B): loss, selection and gradient; every `accumulate`-th step also
 * makes an update with the mean of their gradients. Gradients left over at the end of an epoch are dropped. (epoch,
 * step) names the random streams. An update sets `broken`. */
void update_step(struct update *, const uint8_t *pixels, int *labels, const int *ids, int epoch, long step,
                 double learning_rate, struct step_result *);

/* Clears the gradients of network and proxies, for a step that is only measured (gradient_stream.h). */
void update_begin_gradient(struct update *);

/* Adds everything that later steps depend on to a checkpoint: parameters, the optimizers' state, proxies, memory bank,
 * the strategy's history. After restoring call update_resume. */
void update_checkpoint(struct update *, struct checkpoint *);
void update_resume(struct update *);

/* Bytes of the tape and of transient activations. */
size_t update_activation_bytes(const struct update_plan *);

#endif
