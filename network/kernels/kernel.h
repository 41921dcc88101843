/* kernel.h - one layer of a graph, for one number of samples, forward and backward, on oneDNN.
 *
 * Arrays are the caller's, 64-byte aligned; what they need is asked for first, so that running cannot fail. */
#ifndef PARTGRAD_NETWORK_KERNELS_KERNEL_H
#define PARTGRAD_NETWORK_KERNELS_KERNEL_H

#include <stddef.h>

#include "base/error.h"
#include "network/kernels/engine.h"
#include "network/graph.h"

struct kernel;

struct kernel_request {
    int samples;
    const struct layer *layer;
    struct tensor input, output;
    int training;              /* 1: the backward pass too */
    int tape;                  /* 1: the forward pass can keep what a backward pass needs, with `training` or without */
    int input_gradient;        /* 1: it leads on to the input, not to the weights alone */
    const struct kernel *twin; /* the same layer for other samples, whose arrays of weights are shared; or NULL */
};
int kernel_create(struct kernel **kernel, struct engine *, const struct kernel_request *, struct error *);
void kernel_free(struct kernel *); /* NULL-safe */

/* Bytes of the arrays below. */
struct kernel_bytes {
    size_t weights;          /* forward; 0 where the parameters serve as they are */
    size_t backward_weights; /* for the gradient of the input; 0 where forward's serve */
    size_t gradient;         /* f32; 0 where it comes out as the parameters lie */
    size_t auxiliary; /* what the backward pass needs beside activations: a pool's indices, a norm's statistics */
    size_t scratch;   /* at once, of any one call */
};
struct kernel_bytes kernel_bytes(const struct kernel *);

/* The arrays of one layer; those it has no use for are NULL. */
struct kernel_weights {
    void *forward, *backward; /* convolution: in oneDNN's own arrangements, one array where it serves both */
    float *scale;             /* (channels) batch norm: gamma */
    float *bias;              /* (channels) or batch norm's beta */
    float *mean, *variance;   /* (channels) batch norm: running averages */
};

/* Convolution: weights (O, I / groups, window, window) f32, folded, into both arrangements. */
void kernel_load_weights(const struct kernel *, const float *weights, const struct kernel_weights *, void *scratch);
/* A gradient in oneDNN's arrangement back to (O, I / groups, window, window); nothing to do where it lies so. */
void kernel_unload_gradient(const struct kernel *, const float *gradient, float *weights, void *scratch);

/* How batch norm normalises; all else computes the same. */
enum kernel_mode {
    KERNEL_INFERENCE, /* by its running averages */
    KERNEL_BATCH,     /* by the samples' own statistics */
    KERNEL_TAPE,      /* likewise; keeps what the backward pass needs, and moves the running averages on */
};

/* output = activation(layer(input) + residual). The residual may lie in `output` already, but for batch norm. */
struct kernel_forward {
    enum kernel_mode mode;
    const void *input, *residual; /* residual NULL where the layer has none */
    void *output;
    const struct kernel_weights *weights;
    void *auxiliary; /* NULL: nothing is kept */
    void *scratch;
};
void kernel_forward(const struct kernel *, const struct kernel_forward *);

/* Whether kernel_backward can add to gradients of weights that are there already. */
int kernel_accumulates(const struct kernel *);
/* Whether kernel_backward can do without a spare array. */
int kernel_completes(const struct kernel *);
/* Whether the auxiliary array lies sample by sample, so that kernels for fewer samples can fill it piece by piece. */
int kernel_keeps_apart(const struct kernel *);

/* input_gradient = activation'(input) * (layer's Jacobian^T output_gradient + what is there, where `add` says so);
 * gradient and bias_gradient (channels) are overwritten with those of the weights, or added to. */
struct kernel_backward {
    const void *input, *output_gradient;
    void *input_gradient; /* NULL where none was asked for */
    void *spare;          /* as input_gradient, where it is added to; NULL where kernel_completes */
    int add;
    enum activation activation; /* the input's; ACTIVATION_NONE to leave it for later */
    float *gradient, *bias_gradient;
    int accumulate; /* 1: added to, which kernel_accumulates must allow */
    const struct kernel_weights *weights;
    void *auxiliary, *scratch;
};
void kernel_backward(const struct kernel *, const struct kernel_backward *);

#endif
