/* amx_kernels.c - the table of ways to compute layers that are written for AMX: see network/kernels/amx.h. */
#include "network/kernels/amx.h"
#include "network/kernels/amx/tile.h"

extern const struct operation operation_convolution_tiles, operation_depthwise, operation_max_pool_vector;

const struct amx_kernels amx_kernels = {
    .available = tile_available,
    .operations =
        {
            [LAYER_CONVOLUTION] = {&operation_convolution_tiles, &operation_depthwise},
            [LAYER_MAX_POOL] = {&operation_max_pool_vector},
        },
};
