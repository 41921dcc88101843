/* kernel.h - every oneDNN call: one layer of a graph, for one number of samples, forward and backward.
 *
 * oneDNN picks the instructions (AMX, AVX-512, AVX2) at run time; so does the layout of activations: channels last
 * where AMX is, blocks of 16 or 8 channels elsewhere, whichever its kernels are fastest with. Layouts stay in here: the
 * rest of the network sees bytes, and plain f32 (samples, channels, size, size) maps at both ends. Arrays are the
 * caller's, 64-byte aligned; what they need is asked for first, so that running cannot fail. */
#ifndef PARTGRAD_NETWORK_KERNEL_H
#define PARTGRAD_NETWORK_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "network/graph.h"

struct engine; /* oneDNN's engine and stream, the precision and the layout in use */

/* bf16: 1 or 0, or -1 for whatever the CPU does natively. Asking for bf16 on a CPU without it is an error. */
int engine_create(struct engine **engine, int bf16, struct error *);
void engine_free(struct engine *); /* NULL-safe */
int engine_bf16(const struct engine *);
/* "oneDNN 2.6.3, avx512_core_bf16" */
void engine_describe(char *text, size_t size);

/* Bytes of an activation (samples, channels, size, size) in the engine's precision and layout. */
size_t engine_activation_bytes(const struct engine *, int samples, struct tensor);

struct kernel;

struct kernel_request {
    int samples;
    const struct layer *layer;
    struct tensor input, output;
    int training;              /* 1: the backward pass too */
    const struct kernel *twin; /* the same layer for other samples, whose arrays of weights are shared; or NULL */
};
int kernel_create(struct kernel **kernel, struct engine *, const struct kernel_request *, struct error *);
void kernel_free(struct kernel *); /* NULL-safe */

/* Bytes of the arrays below. */
struct kernel_bytes {
    size_t weights;          /* forward */
    size_t backward_weights; /* for the gradient of the input; 0 where forward's serve */
    size_t gradient;         /* f32 */
    size_t auxiliary; /* what the backward pass needs beside activations: pooling's indices, a norm's statistics */
    size_t scratch;   /* at once, of any one call */
};
struct kernel_bytes kernel_bytes(const struct kernel *);

/* The arrays of one layer; those it has no use for are NULL. */
struct kernel_weights {
    void *forward, *backward; /* in oneDNN's own layouts; backward == forward where one serves both */
    float *bias;              /* (channels) */
};

/* weights (O, I / groups, window, window) f32, folded, into both layouts. */
void kernel_load_weights(struct kernel *, const float *weights, const struct kernel_weights *, void *scratch);
/* A gradient in oneDNN's layout back to (O, I / groups, window, window). */
void kernel_unload_gradient(struct kernel *, const float *gradient, float *weights, void *scratch);

/* output = activation(layer(input) + residual); the residual, where there is one, must lie in `output` already. */
void kernel_forward(struct kernel *, const void *input, void *output, const struct kernel_weights *, void *auxiliary,
                    void *scratch);
/* input_gradient = (layer's Jacobian)^T output_gradient, the activation's share being taken off already. */
void kernel_backward_data(struct kernel *, const void *input, const void *output_gradient, void *input_gradient,
                          const struct kernel_weights *, void *auxiliary, void *scratch);
/* Convolutions only: gradient and bias_gradient (channels) are overwritten. */
void kernel_backward_weights(struct kernel *, const void *input, const void *output_gradient, float *gradient,
                             float *bias_gradient, void *scratch);

/* The ends of the network: pixels in, a feature map out, its gradient in again. */
struct boundary;
int boundary_create(struct boundary **boundary, struct engine *, int samples, struct tensor features, struct error *);
void boundary_free(struct boundary *); /* NULL-safe */
size_t boundary_scratch_bytes(const struct boundary *);
/* One image: planes (3, size, size) uint8 to sample `sample` of an input activation: x * scale[c] + shift[c]. */
void boundary_load_pixels(const struct engine *, const uint8_t *planes, int size, const float scale[3],
                          const float shift[3], int sample, void *activation);
/* Activation to f32 (samples, channels, size, size), and back. */
void boundary_unload_features(struct boundary *, const void *activation, float *features, void *scratch);
void boundary_load_gradient(struct boundary *, const float *features, void *activation, void *scratch);

/* In place over a whole activation of `bytes`: gradient = (gradient + other) * activation'(output). `other` may be
 * NULL. */
void engine_combine_gradient(const struct engine *, void *gradient, const void *other, const void *output,
                             enum activation, size_t bytes);

#endif
