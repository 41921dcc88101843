/* tile_gradient.h - the weight gradient of a dense bf16 convolution as a product of matrices on the CPU's tile
 * registers (AMX): dW = dY^T X, over the pixels of all samples, for each position of the window.
 *
 * Both operands lie channels last, and the product runs along pixels, so both must be rearranged first. A piece of them
 * that fits the cache is packed, multiplied for all positions of the window, and forgotten; the sums stay in f32 and in
 * tiles from call to call. Threads share the pixels if the sums are small, and the input's channels elsewhere; the
 * order of every sum follows from the shape and the number of threads alone. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_H

#include <stddef.h>
#include <stdint.h>

#include "network/kernels/amx/tile_gradient_plan.h"

/* Bytes of `sums` and of `scratch` below. */
size_t tile_gradient_sum_bytes(const struct tile_gradient *);
size_t tile_gradient_scratch_bytes(const struct tile_gradient *);

/* sums and bias_gradient (output_channels) take in one call's share; with `fresh` they start from it. `scratch` is
 * 64-byte aligned, as `sums` is. */
void tile_gradient_run(const struct tile_gradient *, const uint16_t *input, const uint16_t *output_gradient,
                       float *sums, float *bias_gradient, int fresh, void *scratch);

/* sums to (output_channels, input_channels, window, window). */
void tile_gradient_unload(const struct tile_gradient *, const float *sums, float *weights);

#endif
