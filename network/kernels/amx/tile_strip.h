/* tile_strip.h - the inside of tile_convolution: what its planning and its arithmetic agree on. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_STRIP_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_STRIP_H

#include "network/kernels/amx/tile.h"
#include "network/kernels/amx/tile_convolution.h"

/* One strip: some images, some rows of one, or in place some pixels of all. */
struct tile_strip {
    const struct tile_convolution *plan;
    const uint16_t *input, *packed;
    size_t block_elements; /* of `packed` for 32 channels that are written */
    const struct tile_epilogue *epilogue;
    uint16_t *output;
    int index;
    char *scratch; /* (tile_strip_bytes) */
};
void tile_strip_run(const struct tile_strip *);

size_t tile_strip_bytes(const struct tile_convolution *);

/* Tiles of 16 outputs in `rows` rows of one image. Where rows follow each other in a plane, tiles run across them. */
static inline int tile_image_tiles(const struct tile_convolution *plan, int rows)
{
    if (plan->merged) return rows * tile_up(plan->grid, TILE);
    return tile_up(rows * (plan->grid + plan->column_span), TILE);
}

#endif
