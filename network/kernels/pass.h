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
    int tape;                  /* 1: the forward pass can keep what a backward pass needs, whatever `training` is */
    int input_gradient;        /* 1: the backward pass computes the input's gradient, not only the weights' */
    const struct kernel *twin; /* the same layer for another number of samples, which shares its weights; or NULL */
};

/* Bytes of the arrays below. */
struct kernel_bytes {
    size_t weights;          /* forward; 0 if the parameters are used directly */
    size_t backward_weights; /* for the gradient of the input; 0 if the forward ones are used */
    size_t gradient;         /* f32; 0 if it has the parameters' order */
    size_t auxiliary; /* what the backward pass needs besides activations: a pool's indices, a norm's statistics */
    size_t scratch;   /* the largest need of any one call */
};

/* The arrays of one layer; those that it does not use are NULL. */
struct kernel_weights {
    void *forward, *backward; /* convolution: in the kernel's arrangements; may be the same array */
    float *scale;             /* (channels) batch norm: gamma */
    float *bias;              /* (channels) or batch norm's beta */
    float *mean, *variance;   /* (channels) batch norm: running averages */
};

/* How batch norm normalizes; other layers ignore it. */
enum kernel_mode {
    KERNEL_INFERENCE, /* by its running averages */
    KERNEL_BATCH,     /* by the samples' own statistics */
    KERNEL_TAPE,      /* likewise; keeps what the backward pass needs, and updates the running averages */
};

/* output = activation(layer(input) + residual). The residual may already lie in `output`, except for batch norm. */
struct kernel_forward {
    enum kernel_mode mode;
    const void *input, *residual; /* residual NULL if the layer has none */
    void *output;
    const struct kernel_weights *weights;
    void *auxiliary; /* NULL: nothing is kept */
    void *scratch;
};

/* input_gradient = activation'(input) * (layer's Jacobian^T output_gradient + its old values if `add`); gradient and
 * bias_gradient (channels), of the weights, are overwritten, or added to if `accumulate`. */
struct kernel_backward {
    const void *input, *output_gradient;
    void *input_gradient; /* NULL if none was asked for */
    void *spare;          /* scratch the size of input_gradient, needed with `add`; NULL if kernel_completes */
    int add;
    enum activation activation; /* the input's; ACTIVATION_NONE to apply it later */
    float *gradient, *bias_gradient;
    int accumulate; /* 1: add to the weights' gradients; only if kernel_accumulates */
    const struct kernel_weights *weights;
    void *auxiliary, *scratch;
};

#endif
