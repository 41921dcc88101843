/* kernel.h - one layer of a model, for one number of samples, forward and backward: by oneDNN, or by code of our own
 * on CPUs with AMX.
 *
 * Arrays are the caller's, 64-byte aligned; what they need is asked for first, so that running cannot fail. */
#ifndef PARTGRAD_NETWORK_KERNELS_KERNEL_H
#define PARTGRAD_NETWORK_KERNELS_KERNEL_H

#include <stddef.h>

#include "base/error.h"
#include "network/kernels/engine.h"
#include "network/kernels/pass.h"

int kernel_create(struct kernel **kernel, struct engine *, const struct kernel_request *, struct error *);
void kernel_free(struct kernel *); /* NULL-safe */

struct kernel_bytes kernel_bytes(const struct kernel *);

/* Convolution: weights (O, I / groups, window, window) f32, folded, into both arrangements. */
void kernel_load_weights(const struct kernel *, const float *weights, const struct kernel_weights *, void *scratch);
/* A gradient in oneDNN's arrangement back to (O, I / groups, window, window); nothing to do if it lies so. */
void kernel_unload_gradient(const struct kernel *, const float *gradient, float *weights, void *scratch);

void kernel_forward(const struct kernel *, const struct kernel_forward *);

/* Whether kernel_backward can add to gradients of weights that are there already. */
int kernel_accumulates(const struct kernel *);
/* Whether kernel_backward can do without a spare array. */
int kernel_completes(const struct kernel *);
/* Whether the auxiliary array lies sample by sample, so that kernels for fewer samples can fill it piece by piece. */
int kernel_keeps_apart(const struct kernel *);

void kernel_backward(const struct kernel *, const struct kernel_backward *);

#endif
