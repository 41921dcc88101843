/* tile_gradient.h - the weight gradient of a dense bf16 convolution as a product of matrices on the CPU's tile
 * registers (AMX): dW = dY^T X, over the pixels of all samples, for each position of the window.
 *
 * Both operands are channels last, but the product runs along pixels, so both are rearranged first. A piece that fits
 * the cache is packed and multiplied for all positions of the window before the next. The sums stay in f32, in the
 * order of tiles, from call to call. Threads split the pixels if the sums are small, else the input's channels; the
 * order of every sum depends only on the shape and the number of threads. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_H

#include <stddef.h>
#include <stdint.h>

#include "network/kernels/amx/tile_gradient_plan.h"

/* Bytes of `sums` and of `scratch` below. */
size_t tile_gradient_sum_bytes(const struct tile_gradient *);
size_t tile_gradient_scratch_bytes(const struct tile_gradient *);

/* Adds one call's share to sums and bias_gradient (output_channels), or overwrites them if `fresh`. `scratch` and
 * `sums` are 64-byte aligned. */
void tile_gradient_run(const struct tile_gradient *, const uint16_t *input, const uint16_t *output_gradient,
                       float *sums, float *bias_gradient, int fresh, void *scratch);

/* Converts sums to weights (output_channels, input_channels, window, window). */
void tile_gradient_unload(const struct tile_gradient *, const float *sums, float *weights);

#endif
