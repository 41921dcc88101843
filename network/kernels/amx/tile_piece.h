/* tile_piece.h - the inside of tile_gradient: what its planning and its arithmetic agree on. Only these two include it.
 */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_PIECE_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_PIECE_H

#include "network/kernels/amx/tile.h"
#include "network/kernels/amx/tile_gradient.h"

enum {
    BLOCK_FLOATS = BLOCK * BLOCK, /* sums of a block of each operand */
    PAIR_BYTES = 64,              /* two pixels of 16 channels */
};

/* One thread's share of a call: pieces [first_piece, last_piece) for input channels in [first_block, last_block). */
struct tile_part {
    const struct tile_gradient *plan;
    const uint16_t *input, *output_gradient;
    char *left, *right; /* packed */
    float *sums;
    float *bias; /* in the order of packed channels, overwritten; NULL: another part's task */
    int first_piece, last_piece, first_block, last_block;
    int fresh; /* 1: sums start here */
};
void tile_part_run(const struct tile_part *);

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

/* Phases that are packed: one row of a window has one. */
static inline int tile_phases(const struct tile_shape *shape)
{
    return shape->window == 1 ? 1 : shape->stride;
}

/* Pairs of pixels in a row; an odd last pixel has a zero beside it. */
static inline int tile_row_pairs(const struct tile_gradient *plan)
{
    return tile_up(plan->shape.output_size, 2);
}

/* Columns of the window that are packed each for itself. */
static inline int tile_columns(const struct tile_gradient *plan)
{
    return plan->columns_merged ? 1 : plan->shape.window;
}

/* Interleaving pixels by 128-bit lanes reorders the 32 channels of a block. */
static inline int tile_packed_at(int channel)
{
    int c = channel % BLOCK;
    return channel - c + (c >> 2 & 1) * TILE + (c >> 3) * 4 + (c & 3);
}

/* The sums of output channels 32 l..., input channels 32 r... at one position of the window. */
static inline size_t tile_block_at(const struct tile_gradient *plan, int l, int r, int position)
{
    size_t positions = (size_t)(plan->shape.window * tile_columns(plan));
    return (((size_t)r * (size_t)plan->left_blocks + (size_t)l) * positions + (size_t)position) * BLOCK_FLOATS;
}

#endif
