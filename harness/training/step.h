/* step.h - one training step: the loss of the whole batch, and the gradient of a portion of it.
 *
 * The gradient of a batch is the sum over its samples of J_i^T g_i, with g_i = dL/dz_i; a gradient portion is the same
 * sum over a selection S with weights w. So the loss needs all B embeddings, but only S needs a tape:
 *
 *   direct ...... the strategy selects first; S is forwarded once with a tape, the rest without: memory of K samples
 *   two_pass .... all are forwarded without a tape, the strategy selects, S is forwarded again in micro-batches, each
 *                 back-propagated at once: memory of one micro-batch (gradient caching, Gao et al. 2021) */
#ifndef PARTGRAD_HARNESS_TRAINING_STEP_H
#define PARTGRAD_HARNESS_TRAINING_STEP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/batch.h"
#include "base/random.h"
#include "harness/tables/settings.h"
#include "losses/loss.h"
#include "network/network.h"
#include "strategies/strategy.h"

struct step {
    /* Set by the caller; borrowed. */
    struct network *network;
    struct choice loss, strategy;
    int two_pass;
    int bank_size;        /* entries of the memory bank */
    int detached;         /* 1: the batch is compared with copies of itself that get no gradient */
    int proxy_count;      /* C, of a loss with proxies */
    int selected;         /* K */
    int largest;          /* most samples that a step selects: K, or B if some steps use the whole batch */
    int whole;            /* 1: the whole batch is selected, whatever strategy and K say */
    float gradient_scale; /* of the selection's gradient */
    int image_size;       /* h = w of the pixels */
    int image_count;      /* of the data set; every id is below it */

    /* Carved by step_take. */
    struct batch batch; /* labels and ids are borrowed from the caller */
    struct selection selection;
    struct memory_bank bank;
    struct proxies proxies;
    struct loss_workspace loss_workspace;
    float *rows;    /* (B, d) embeddings or gradients in the order in which the network processes them */
    float *lengths; /* (B) of the embeddings in rows before normalization */
    int *rest;      /* (B) positions that are not selected */
    float *history; /* (history_count) what the strategy keeps between steps */
    size_t history_count;
    /* For strategies with a reference (filled by harness/training/reference.h), else NULL. */
    float *reference;      /* (image_count, d) unit rows of its embeddings, by id */
    float *reference_rows; /* (B, d) those of the batch */
};

/* Results of a step. */
struct step_result {
    int selected; /* samples in S */
    float full_batch_loss;
    float selected_loss;       /* mean sample loss over S */
    float gradient_norm_share; /* sum of |u_i| over S / over the batch; NAN if all u_i are 0 */
    /* Of the partial and the full parameter gradient if the step was probed, else NAN. */
    float gradient_cosine, gradient_norm_ratio;
};

/* Carves the arrays for batches of B x d embeddings, computed by a linear head from c inputs (0: no linear head); the
 * arena may be a measuring one. */
void step_take(struct step *, int batch_size, int dim, int input_dim, struct arena *);
/* Clears the strategy's history, once the arrays are placed. */
void step_begin_history(struct step *);

/* Adds the step's gradient to the network's, between network_clear_gradients and network_finish_gradients. pixels (B,
 * 3, h, w), labels (B), ids (B) of the images; `number` of the step in its epoch. */
void step_run(struct step *, const uint8_t *pixels, int *labels, const int *ids, long number, struct random *,
              struct step_result *);

/* After step_run: selects again from the same batch with other random draws. No gradient changes. */
void step_select_again(struct step *, struct random *);

/* Only the first part of a two_pass step: embeds the batch, and computes its loss and g_i. */
void step_look(struct step *, const uint8_t *pixels, int *labels, const int *ids, long number);
/* After step_look: adds the gradient of sample i alone, unscaled, to the network's. */
void step_run_sample(struct step *, const uint8_t *pixels, int i);

/* After step_run on the same batch: adds the gradient of all B samples, unscaled, to the network's. */
void step_run_full(struct step *, const uint8_t *pixels);

#endif
