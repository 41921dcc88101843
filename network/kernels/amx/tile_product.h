/* tile_product.h - the inside of tile_strip: computes all outputs of one phase from tiles and weights to finished
 * pixels. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_PRODUCT_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_PRODUCT_H

#include <stdint.h>

#include "network/kernels/amx/tile_convolution_plan.h"
#include "network/kernels/amx/tile_epilogue.h"

enum { TILE_ELEMENTS = TILE_BYTES / sizeof(uint16_t) };

/* The tiles of a strip, 16 outputs each: where each begins to read, and the pixels that it writes. */
struct tile_list {
    size_t *start;   /* (tiles) elements of a plane, or of the input */
    int64_t *output; /* (tiles, 16) elements of the output, where a pixel begins; -1: none */
};

struct tile_product {
    const struct tile_convolution *plan;
    const struct tile_phase *phase;
    const uint16_t *planes; /* which tiles begin in */
    const struct tile_list *tiles;
    int count;               /* of tiles, even */
    const uint16_t *weights; /* of the phase and the first 32 written channels */
    size_t block_elements;   /* from those to the next 32 channels' */
    const struct tile_epilogue *epilogue;
    uint16_t *output;
};

/* Runs on the calling thread, which must have configured its tiles. */
void tile_product_run(const struct tile_product *);

#endif
