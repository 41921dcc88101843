/* tile_gradient_plan.h - how tile_gradient cuts a shape into pieces and packs them, planned before anything runs; read
 * by the files that run parts of it. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_PLAN_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_GRADIENT_PLAN_H

#include <stddef.h>

#include "network/kernels/amx/tile.h"

enum {
    BLOCK_FLOATS = BLOCK * BLOCK, /* sums of a block of each operand */
    PAIR_BYTES = 64,              /* two pixels of 16 channels */
};

/* How a shape is cut into pieces; tile_gradient_plan fills it. */
struct tile_gradient {
    struct tile_shape shape;
    int left_blocks, right_blocks;  /* of 32 channels: of the output, of the input */
    int right_lanes;                /* input values of one pixel of a window's row */
    int columns_merged;             /* 1: a window's row is merged into the channels, of which there are few */
    int variants;                   /* ways to pack the input: by row parity and column of the window */
    int row_span;                   /* rows of input that a piece needs beyond its rows of output */
    int piece_images, piece_rows;   /* of output, in one piece */
    int pieces;                     /* in all samples */
    int left_pairs, right_pairs;    /* pairs of pixels in a packed piece */
    int pixel_parts, channel_parts; /* how the threads split the work */
    size_t left_bytes, right_bytes; /* of one thread's packed piece */
    size_t sum_count;               /* floats of all sums */
};

/* Plans any shape, with the work split for `threads` threads. */
void tile_gradient_plan(struct tile_gradient *, const struct tile_shape *, int threads);

/* The window's row k reads input rows stride * (output row + offset) + phase. */
static inline int tile_row_offset(const struct tile_shape *shape, int k)
{
    int from = k - shape->pad_before;
    return from >= 0 ? from / shape->stride : -tile_up(-from, shape->stride);
}

static inline int tile_row_phase(const struct tile_shape *shape, int k)
{
    return k - shape->pad_before - shape->stride * tile_row_offset(shape, k);
}

/* Number of phases that are packed: one for a window of one row. */
static inline int tile_phases(const struct tile_shape *shape)
{
    return shape->window == 1 ? 1 : shape->stride;
}

/* Pairs of pixels in a row; an odd last pixel is paired with a zero. */
static inline int tile_row_pairs(const struct tile_gradient *plan)
{
    return tile_up(plan->shape.output_size, 2);
}

/* Columns of the window that are packed separately. */
static inline int tile_columns(const struct tile_gradient *plan)
{
    return plan->columns_merged ? 1 : plan->shape.window;
}

/* Position of a channel after packing: interleaving pixels by 128-bit lanes reorders the 32 channels of a block. */
static inline int tile_packed_at(int channel)
{
    int c = channel % BLOCK;
    return channel - c + (c >> 2 & 1) * TILE + (c >> 3) * 4 + (c & 3);
}

/* Where the sums of output channels 32 l..., input channels 32 r... at one position of the window begin. */
static inline size_t tile_block_at(const struct tile_gradient *plan, int l, int r, int position)
{
    size_t positions = (size_t)(plan->shape.window * tile_columns(plan));
    return (((size_t)r * (size_t)plan->left_blocks + (size_t)l) * positions + (size_t)position) * BLOCK_FLOATS;
}

#endif
