/* operation.h - one way to compute a kind of layer; kernel.c has a table of them. Only the kernels include this. */
#ifndef PARTGRAD_NETWORK_KERNELS_OPERATION_H
#define PARTGRAD_NETWORK_KERNELS_OPERATION_H

#include "base/error.h"
#include "network/kernels/call.h"
#include "network/kernels/engine.h"
#include "network/kernels/pass.h"

struct operation {
    int (*create)(struct kernel *, const struct kernel_request *, struct error *);
    /* Whether it can compute a layer; only for operations in amx_kernels, as the others serve every layer of their
     * kind. */
    int (*serves)(const struct engine *, const struct kernel_request *);
    void (*forward)(const struct kernel *, const struct kernel_forward *);
    void (*backward)(const struct kernel *, const struct kernel_backward *);
    /* kernel_load_weights and kernel_unload_gradient; NULL: nothing to do. */
    void (*load)(const struct kernel *, const float *weights, const struct kernel_weights *, void *scratch);
    void (*unload)(const struct kernel *, const float *gradient, float *weights, void *scratch);
    int accumulates; /* 1: kernel_accumulates */
    int keeps_apart; /* 1: kernel_keeps_apart */
    int completes;   /* 1: kernel_completes: backward itself adds and applies the activation's slope */
};
extern const struct operation operation_convolution, operation_max_pool, operation_layer_norm, operation_batch_norm;

/* Calls of a kernel; an operation makes those it has. */
enum kernel_call {
    CALL_FORWARD,
    CALL_INFERENCE, /* max pooling without a tape; batch norm by its running averages */
    CALL_BACKWARD,  /* of the input */
    CALL_WEIGHTS,   /* gradient of the weights */
    CALL_LOAD,
    CALL_LOAD_BACKWARD,
    CALL_UNLOAD,
    KERNEL_CALLS,
};

struct kernel {
    const struct operation *operation;
    struct engine *engine;
    struct layer layer;
    struct tensor output;
    int input_size;
    int samples;
    struct call call[KERNEL_CALLS];
    onednn_array weights, backward_weights, gradient; /* arrangements that oneDNN chose; NULL if there are none */
    size_t weights_bytes, backward_weights_bytes, gradient_bytes, auxiliary_bytes;
    size_t output_bytes;
    size_t statistics_bytes; /* of one of a norm's two statistics; its auxiliary array is the mean, then the variance */
    size_t input_bytes;
    size_t scratch_bytes; /* beyond the calls' scratchpads, which share memory */
    int matmul_gradient;
    void *own; /* the operation's plan, on the heap; or NULL */
};

static inline int kernel_has(const struct kernel *kernel, enum kernel_call which)
{
    return kernel->call[which].primitive != NULL;
}

static inline void kernel_run(const struct kernel *kernel, enum kernel_call which, const void *const *pointers)
{
    call_run(&kernel->call[which], kernel->engine, pointers);
}

#endif
