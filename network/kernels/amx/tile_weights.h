/* tile_weights.h - weights to tiles of bf16, and their gradients from tiles of sums. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_WEIGHTS_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* From weight to weight, along the channels that are read (k) and those that are written (n). */
struct tile_steps {
    size_t k, n;
};

/* tile (16 pairs of k, 16 n, 2) of bf16 = weights[k * steps.k + n * steps.n], for `depth` k and `columns` n; zeros
 * beyond. */
void tile_load(const float *weights, struct tile_steps, int depth, int columns, uint16_t *tile);

/* to[i] = sums[from[i]], `count` of them. */
void tile_unload(const float *sums, const int *from, int count, float *to);

#endif
