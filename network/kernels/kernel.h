/* kernel.h - computes one layer of a model for a fixed number of samples, forward and backward, with oneDNN or, on CPUs
 * with AMX, with our own code.
 *
 * The caller owns all arrays, 64-byte aligned. Their sizes are asked for first, so that running cannot fail. */
#ifndef PARTGRAD_NETWORK_KERNELS_KERNEL_H
#define PARTGRAD_NETWORK_KERNELS_KERNEL_H

#include <stddef.h>

#include "base/error.h"
#include "network/kernels/engine.h"
#include "network/kernels/pass.h"

/* Plans a layer and makes its primitives. The caller frees *kernel; the engine must outlive it. */
int kernel_create(struct kernel **kernel, struct engine *, const struct kernel_request *, struct error *);
void kernel_free(struct kernel *); /* NULL-safe */

/* Sizes of the arrays that the kernel's passes need. */
struct kernel_bytes kernel_bytes(const struct kernel *);

/* Convolution: converts folded weights (O, I / groups, window, window) f32 to both arrangements. */
void kernel_load_weights(const struct kernel *, const float *weights, const struct kernel_weights *, void *scratch);
/* Converts a weight gradient back to (O, I / groups, window, window); does nothing if it is in that order already. */
void kernel_unload_gradient(const struct kernel *, const float *gradient, float *weights, void *scratch);

/* Runs a pass (network/kernels/pass.h). */
void kernel_forward(const struct kernel *, const struct kernel_forward *);

/* Whether kernel_backward can add to existing gradients of weights. */
int kernel_accumulates(const struct kernel *);
/* Whether kernel_backward can do without a spare array. */
int kernel_completes(const struct kernel *);
/* Whether the auxiliary array is ordered by sample, so that kernels for fewer samples can fill it piece by piece. */
int kernel_keeps_apart(const struct kernel *);

void kernel_backward(const struct kernel *, const struct kernel_backward *);

#endif
