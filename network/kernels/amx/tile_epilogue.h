/* tile_epilogue.h - what is applied to a convolution's output pixels before they are written. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_EPILOGUE_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_EPILOGUE_H

#include <stdint.h>

/* output = activation(convolution(input) + bias + sum), or backward, with a slope of 1 where 0 < slope_of < ceiling and
 * 0 elsewhere, gradient of input = (gradient from output + sum) * slope. */
struct tile_epilogue {
    const float *bias;        /* (channels) or NULL */
    const uint16_t *sum;      /* as the output, and may be it; or NULL */
    const uint16_t *slope_of; /* as the output; or NULL */
    int activate;             /* 1: cut to 0 .. ceiling */
    float ceiling;
};

#endif
