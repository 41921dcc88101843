/* tile_gradient.h - the weight gradient of a dense bf16 convolution as a product of matrices on the CPU's tile
 * registers (AMX): dW = dY^T X, over the pixels of all samples, for each position of the window.
 *
 * Both operands lie channels last, and the product runs along pixels, so both must be rearranged first. A piece of them
 * that fits the cache is packed, multiplied for all positions of the window, and forgotten; the sums stay in f32 and in
 * tiles from call to call. Threads share the pixels where the sums are small, and the input's channels elsewhere; the
 * order of every sum follows from the shape and the number of threads alone. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_H

#include <stddef.h>
#include <stdint.h>

#include "network/kernels/amx/tile.h"

/* How a shape is cut into pieces; tile_gradient_plan fills it. */
struct tile_gradient {
    struct tile_shape shape;
    int left_blocks, right_blocks;  /* of 32 channels: of the output, of the input */
    int right_lanes;                /* input values that one pixel of a window's row takes part with */
    int columns_merged;             /* 1: a window's row counts as channels, there being so few of them */
    int variants;                   /* ways to pack the input: by row parity and column of the window */
    int row_span;                   /* rows of input that a piece needs beyond its rows of output */
    int piece_images, piece_rows;   /* of output, in one piece */
    int pieces;                     /* in all samples */
    int left_pairs, right_pairs;    /* pairs of pixels in a packed piece */
    int pixel_parts, channel_parts; /* what the threads share */
    size_t left_bytes, right_bytes; /* of one thread's packed piece */
    size_t sum_count;               /* floats of all sums */
};

void tile_gradient_plan(struct tile_gradient *, const struct tile_shape *, int threads);

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
