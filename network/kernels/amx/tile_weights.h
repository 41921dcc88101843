/* tile_weights.h - converts weights to tiles of bf16, and tiles of sums to weight gradients. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_WEIGHTS_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* Strides between weights along read channels (k) and written channels (n). */
struct tile_steps {
    size_t k, n;
};

/* tile (16 pairs of k, 16 n, 2) of bf16 = weights[k * steps.k + n * steps.n], for `depth` k and `columns` n; zeros
 * beyond. */
void tile_load(const float *weights, struct tile_steps, int depth, int columns, uint16_t *tile);

/* to[i] = sums[from[i]], `count` of them. */
void tile_unload(const float *sums, const int *from, int count, float *to);

#endif
