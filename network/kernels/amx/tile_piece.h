/* tile_piece.h - the inside of tile_gradient: one thread's share of its pieces. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_PIECE_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_PIECE_H

#include <stdint.h>

#include "network/kernels/amx/tile_gradient_plan.h"

/* One thread's share of a call: pieces [first_piece, last_piece) for input channels in [first_block, last_block). */
struct tile_part {
    const struct tile_gradient *plan;
    const uint16_t *input, *output_gradient;
    char *left, *right; /* packed */
    float *sums;
    float *bias; /* in the order of packed channels, overwritten; NULL: another part computes it */
    int first_piece, last_piece, first_block, last_block;
    int fresh; /* 1: sums start here */
};
void tile_part_run(const struct tile_part *);

#endif
