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
struct update_plan {
    int selected; /* K */
    int largest;  /* samples that a step back-propagates at most */
    int dim;      /* d */
    int two_pass;
    int bf16;
    struct network_memory network;
    size_t optimizer_bytes, step_bytes, loader_bytes;
    size_t parameters;        /* values */
    struct network_work work; /* of one image */
};

/* The classes that are trained on, for losses that keep something for each; and how many images there are, for
 * strategies that do. */
struct update_classes {
    int count;         /* C */
    const int *labels; /* (C) */
    int image_count;   /* of the data set: ids lie below */
};

struct update {
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
    struct update_plan plan;        /* what was allocated */
};

/* What a network is asked for by settings: `embed_count` samples that a pass without a tape usually gets, `tape_count`
 * with one; 0: embedding only. */
struct network_request update_network_request(const struct settings *, int embed_count, int tape_count);

/* What update_create would allocate. */
int update_measure(const struct settings *, const struct update_classes *, struct update_plan *, struct error *);

/* backprop: auto becomes direct if the strategy can choose before anything is embedded, else two_pass; asking for
 * direct elsewhere is an error. */
int update_create(struct update *, const struct settings *, const struct update_classes *, struct error *);
/* The same with a tape of `tape` samples, whatever a step would select; for those that run samples by hand. */
int update_create_with_tape(struct update *, const struct settings *, const struct update_classes *, int tape,
                            struct error *);
void update_release(struct update *); /* safe on a zeroed update */

/* The factor in front of the gradient of `selected` samples. */
float update_gradient_scale(const struct settings *, int selected);

/* What the next steps are: enum step_kind (budget.h). */
void update_set_kind(struct update *, int kind);

/* One step on pixels (B, 3, h, w), labels (B), ids (B): loss, selection, gradient, and with every `accumulate`-th an
 * update by the mean of their gradients; what is left at the end of an epoch is dropped. (epoch, step) names the random
 * draws. An update sets `broken`. */
void update_step(struct update *, const uint8_t *pixels, int *labels, const int *ids, int epoch, long step,
                 double learning_rate, struct step_result *);

/* Clears the gradients of network and proxies, for a step that is only measured (gradient_stream.h). */
void update_begin_gradient(struct update *);

/* Adds all that a later step depends on: parameters, the optimisers' state, proxies, memory bank, the strategy's
 * history. After restoring call update_resume. */
void update_checkpoint(struct update *, struct checkpoint *);
void update_resume(struct update *);

/* Tape and transient. */
size_t update_activation_bytes(const struct update_plan *);

#endif
