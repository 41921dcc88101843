/* network_parts.h - the inside of a network: its kernels, and its arrays. Only files of this folder include this. */
#ifndef PARTGRAD_NETWORK_NETWORK_PARTS_H
#define PARTGRAD_NETWORK_NETWORK_PARTS_H

#include "base/arena.h"
#include "network/head.h"
#include "network/kernels/boundary.h"
#include "network/kernels/kernel.h"
#include "network/network_request.h"
#include "network/parameter.h"
#include "network/segment.h"

/* The kernels for a micro-batch, and where its tensors lie. */
struct stage {
    int samples;
    struct segments segments;
    struct kernel *kernel[GRAPH_LAYERS_MAX];
    struct boundary *boundary;
    size_t tensor[GRAPH_LAYERS_MAX + 1]; /* offsets, in a slot of the tape or else in `transient` */
    char on_tape[GRAPH_LAYERS_MAX + 1];  /* (tensors) */
    int held[GRAPH_LAYERS_MAX + 1];      /* samples of each tensor that are there at once */
    size_t auxiliary[GRAPH_LAYERS_MAX];  /* offsets in a slot */
    size_t slot_bytes, transient_bytes;
};

/* The arrays that a micro-batch uses on its way. */
struct workspace {
    char *transient; /* activations that no tape keeps, or gradients of activations */
    void *scratch;   /* of a kernel */
    float *features; /* (m, C, area) */
};

/* Embeds micro-batches. Each thread has one and runs all layers alone, so that no thread waits for others at the end of
 * every layer. If statistics need the whole batch at once, there is a single one. */
struct embedder {
    struct engine *engine; /* its own: oneDNN's stream and arguments serve one thread at a time */
    struct stage stage;
    struct workspace workspace;
    struct head_tape head;
};

/* A layer's arrays beyond its parameters. */
struct layer_state {
    struct layer_parameters parameters;
    struct kernel_weights weights;
    float *gradient, *bias_gradient;            /* sums over micro-batches, in oneDNN's arrangement */
    size_t gradient_count, bias_gradient_count; /* floats */
};

/* Where gradients of activations lie: offsets in `transient`. */
struct gradient_plan {
    size_t tensor[GRAPH_LAYERS_MAX + 1]; /* shared along residual connections */
    size_t spare[GRAPH_LAYERS_MAX];      /* for a layer's contribution to a tensor that already has one */
    size_t bytes;
};

enum part { PART_WEIGHTS, PART_GRADIENTS, PART_TAPE, PART_TRANSIENT, PART_WORKSPACE, PARTS };

struct network {
    struct network_request request;
    struct graph graph;
    struct engine *engine;
    struct stage tape;
    struct embedder *embedders; /* (embedder_count) on the heap */
    int embedder_count;
    struct layer_state layer[GRAPH_LAYERS_MAX];
    struct parameter_list parameters;
    struct head head;
    int first_trained; /* layers before this one are not trained; layer_count: only the head is trained */
    int training;      /* network_set_training */
    int head_only;     /* network_set_head_only */
    int head_weight;   /* position of head.weight in the list, or -1 */
    float scale[3], shift[3];
    struct gradient_plan gradients;
    struct arena arena[PARTS];

    char *slots;                  /* (slot_count, tape.bytes) */
    struct head_tape *slot_heads; /* (slot_count) on the heap */
    int slot_count;
    int tapes_apart;                  /* 1: an embedder can fill a slot of the tape by itself */
    struct workspace workspace;       /* the tape's; embedders use the same memory */
    float *folded;                    /* the largest layer's folded weights */
    float *step_gradient, *step_bias; /* one micro-batch's share, the largest layer's */
    float *feature_gradients;         /* (m, C, area) */
    float *pooled_gradients;          /* (m, C) */
    float *row_gradients;             /* (m, d) */
    int fresh;                        /* 1: the sums are still empty */
};

/* Whether the backward pass reaches a tensor, that is, whether a trained layer produces it. */
static inline int network_has_gradient(const struct network *network, int tensor)
{
    return graph_producer(&network->graph, tensor) >= network->first_trained;
}

#endif
