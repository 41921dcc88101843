/* pass.h - what a kernel is made for, and the arrays that go into and come out of its passes. */
#ifndef PARTGRAD_NETWORK_KERNELS_PASS_H
#define PARTGRAD_NETWORK_KERNELS_PASS_H

#include <stddef.h>

#include "network/kernels/layer.h"

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

/* Bytes of the arrays below. */
struct kernel_bytes {
    size_t weights;          /* forward; 0 if the parameters serve as they are */
    size_t backward_weights; /* for the gradient of the input; 0 if forward's serve */
    size_t gradient;         /* f32; 0 if it comes out as the parameters lie */
    size_t auxiliary; /* what the backward pass needs beside activations: a pool's indices, a norm's statistics */
    size_t scratch;   /* at once, of any one call */
};

/* The arrays of one layer; those it has no use for are NULL. */
struct kernel_weights {
    void *forward, *backward; /* convolution: in oneDNN's own arrangements, one array if it serves both */
    float *scale;             /* (channels) batch norm: gamma */
    float *bias;              /* (channels) or batch norm's beta */
    float *mean, *variance;   /* (channels) batch norm: running averages */
};

/* How batch norm normalizes; all else computes the same. */
enum kernel_mode {
    KERNEL_INFERENCE, /* by its running averages */
    KERNEL_BATCH,     /* by the samples' own statistics */
    KERNEL_TAPE,      /* likewise; keeps what the backward pass needs, and moves the running averages on */
};

/* output = activation(layer(input) + residual). The residual may lie in `output` already, but for batch norm. */
struct kernel_forward {
    enum kernel_mode mode;
    const void *input, *residual; /* residual NULL if the layer has none */
    void *output;
    const struct kernel_weights *weights;
    void *auxiliary; /* NULL: nothing is kept */
    void *scratch;
};

/* input_gradient = activation'(input) * (layer's Jacobian^T output_gradient + what is there, if `add` says so);
 * gradient and bias_gradient (channels) are overwritten with those of the weights, or added to. */
struct kernel_backward {
    const void *input, *output_gradient;
    void *input_gradient; /* NULL if none was asked for */
    void *spare;          /* as input_gradient, if it is added to; NULL if kernel_completes */
    int add;
    enum activation activation; /* the input's; ACTIVATION_NONE to leave it for later */
    float *gradient, *bias_gradient;
    int accumulate; /* 1: added to, which kernel_accumulates must allow */
    const struct kernel_weights *weights;
    void *auxiliary, *scratch;
};

#endif
