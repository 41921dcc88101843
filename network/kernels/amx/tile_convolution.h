/* tile_convolution.h - a dense bf16 convolution on the CPU's tile registers (AMX), or the gradient of its input, and
 * then on the same pixels bias, sum and activation, or sum and the activation's slope.
 *
 * Activations are channels last, so 16 neighboring pixels form a tile in place. Windows larger than 1 and strides read
 * from a padded copy of a strip. The copy is split by stride, so that neighboring outputs read neighboring pixels, and
 * by groups of as many channels as a tile takes, so that a tile reads consecutive cache lines. A gradient is written in
 * stride x stride phases, one after another. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_H

#include <stddef.h>
#include <stdint.h>

#include "network/kernels/amx/tile_convolution_plan.h"
#include "network/kernels/amx/tile_epilogue.h"

/* Bytes of `packed` and of `scratch` below. */
size_t tile_convolution_weights_bytes(const struct tile_convolution *);
size_t tile_convolution_scratch_bytes(const struct tile_convolution *);

/* Packs weights (output_channels, input_channels, window, window) f32 into the order in which they are multiplied. */
void tile_convolution_load(const struct tile_convolution *, const float *weights, uint16_t *packed);

/* input and output: bf16 activations, channels last; for a plan with `backward`, gradients of output and input. */
void tile_convolution_run(const struct tile_convolution *, const uint16_t *input, const uint16_t *packed,
                          const struct tile_epilogue *, uint16_t *output, void *scratch);

#endif
