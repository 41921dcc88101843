/* tile_convolution.h - a dense bf16 convolution on the CPU's tile registers (AMX), or the gradient of its input, with
 * what follows it on the same pixels: bias, sum and activation, or sum and the activation's slope.
 *
 * Activations lie channels last, and 16 neighboring pixels are a tile as they lie. Windows larger than 1 and strides
 * read from a padded copy of a strip, which is taken apart by stride, so that neighboring outputs read neighboring
 * pixels there, and by channels, as many as a tile takes in, so that a tile reads lines of the cache that follow one
 * another. A gradient writes each of its stride x stride phases for itself. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_H

#include <stddef.h>
#include <stdint.h>

#include "network/kernels/amx/tile_convolution_plan.h"
#include "network/kernels/amx/tile_epilogue.h"

/* Bytes of `packed` and of `scratch` below. */
size_t tile_convolution_weights_bytes(const struct tile_convolution *);
size_t tile_convolution_scratch_bytes(const struct tile_convolution *);

/* weights (output_channels, input_channels, window, window) f32, to the arrangement that is computed with. */
void tile_convolution_load(const struct tile_convolution *, const float *weights, uint16_t *packed);

void tile_convolution_run(const struct tile_convolution *, const uint16_t *input, const uint16_t *packed,
                          const struct tile_epilogue *, uint16_t *output, void *scratch);

#endif
