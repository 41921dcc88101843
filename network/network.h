/* network.h - an embedding network: pixels in, unit embeddings out, and the gradient back to the weights.
 *
 *   network_embed ............ all samples, no tape: memory of a micro-batch for each thread
 *   network_forward_tape ..... up to tape_count samples, keeping what the backward pass needs
 *   network_backward ......... adds J^T dz of the samples on the tape to the parameters' gradients
 *
 * Samples do not see each other, and every micro-batch runs the same kernels on the same shapes (a short one is
 * padded), so an embedding does not depend on its neighbors. network_create plans and allocates everything, oneDNN's
 * scratchpads included; nothing after it fails or allocates. */
#ifndef PARTGRAD_NETWORK_NETWORK_H
#define PARTGRAD_NETWORK_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/option.h"
#include "network/network_request.h"
#include "network/parameter.h"

extern const char *const network_precision_names[]; /* "auto", "bf16", "f32", NULL */
/* What `auto` becomes on this CPU: bf16 if it has native bf16 arithmetic, else f32. */
enum network_precision network_native_precision(void);
/* The library that runs the network and the instruction set that it chose: "oneDNN 2.6.3, ISA 0x7". */
void network_describe_kernels(char *text, size_t size);

extern const struct field network_fields[]; /* of struct network_options */

/* Bytes by part; the plan and the allocation agree. */
struct network_memory {
    size_t weights;   /* f32 master weights and their folded, reordered copies */
    size_t gradients; /* f32 */
    size_t tape;      /* activations kept for the backward pass */
    size_t transient; /* activations of the pass without a tape, or gradients of activations: never both at once */
    size_t workspace; /* oneDNN's scratchpads and staging */
};

struct network;

/* Plans, allocates, and sets the initial weights. The caller frees *network with network_free. */
int network_create(struct network **network, const struct network_request *, struct error *);
void network_free(struct network *); /* NULL-safe */

/* Multiply-adds of one image in the convolutions and the linear head. For a trained layer, `backward` counts the
 * forward number once for the gradient of its weights, and once more for that of its input if something before it is
 * trained. */
struct network_work {
    double forward, backward;
    double head_backward; /* if only the head is trained (network_set_head_only) */
};
/* Looks only at the model; plans nothing. */
int network_count_work(const struct network_request *, struct network_work *, struct error *);

/* What network_create would allocate, and what a pass costs. */
struct network_plan {
    struct network_memory memory;
    struct network_work work;
    int dim;                          /* d */
    int input_dim;                    /* c */
    int bf16;                         /* 1: auto became bf16 */
    struct parameter_list parameters; /* shapes only */
};
int network_measure(const struct network_request *, struct network_plan *, struct error *);

int network_dim(const struct network *);                               /* d */
int network_input_dim(const struct network *);                         /* c, of the linear head; 0: there is none */
int network_tape_capacity(const struct network *);                     /* samples: whole micro-batches */
enum network_precision network_used_precision(const struct network *); /* what auto became */
struct network_memory network_memory(const struct network *);
struct network_work network_work(const struct network *);

/* With batch_norm: batch, whether network_embed normalizes by the statistics of its samples, which then run in one
 * call, or by the running averages (the initial state). Otherwise no effect. */
void network_set_training(struct network *, int training);

/* Whether network_backward stops at the linear head, so that everything before it gets a gradient of 0. Initially
 * not. */
void network_set_head_only(struct network *, int head_only);

/* What a pass returns for each sample; the arrays after the first may be NULL. */
struct network_rows {
    float *embeddings; /* (count, d) unit rows (no head and no training: the pooled features, normalized too) */
    float *lengths;    /* (count) of the embeddings before normalization */
    float *inputs;     /* (count, c) of the linear head; NULL if there is none */
};

/* pixels (.., 3, h, w) uint8 images; index (count) picks the images to embed, NULL: the first `count`. */
void network_embed(struct network *, const uint8_t *pixels, const int *index, int count, struct network_rows);
/* The same for count <= tape_count samples, kept on the tape. */
void network_forward_tape(struct network *, const uint8_t *pixels, const int *index, int count, struct network_rows);
/* gradients (count, d) = dL/dz of the samples last put on the tape, in that order. network_clear_gradients starts a
 * step with gradients of 0; network_backward adds to the parameters' gradients; call network_finish_gradients after the
 * last network_backward of a step, before reading them. */
void network_clear_gradients(struct network *);
void network_backward(struct network *, int count, const float *gradients);
void network_finish_gradients(struct network *);

/* The parameters, for optimizers, files and tests. After changing values call network_refresh, or
 * network_refresh_trained if only trained ones have changed. */
struct parameter *network_parameters(struct network *, int *count);
void network_refresh(struct network *);
void network_refresh_trained(struct network *);

#endif
