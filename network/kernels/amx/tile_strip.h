/* tile_strip.h - the inside of tile_convolution: computes one strip, from activations to activations. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_STRIP_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_STRIP_H

#include <stddef.h>
#include <stdint.h>

#include "network/kernels/amx/tile_convolution_plan.h"
#include "network/kernels/amx/tile_epilogue.h"

/* One strip: some images, some rows of one image, or, read in place, some pixels of all images. */
struct tile_strip {
    const struct tile_convolution *plan;
    const uint16_t *input, *packed;
    size_t block_elements; /* of `packed` for 32 channels that are written */
    const struct tile_epilogue *epilogue;
    uint16_t *output;
    int index;
    char *scratch; /* (tile_strip_bytes) */
};
/* Runs on the calling thread. */
void tile_strip_run(const struct tile_strip *);

/* Bytes of a strip's scratch. */
size_t tile_strip_bytes(const struct tile_convolution *);

#endif
