/* tile_weights.c - see tile_weights.h. */
#include "network/kernels/amx/tile_weights.h"

#include "network/kernels/amx/tile.h"

/* Loads 16 weights, `step` apart. */
TILE_CODE static inline __m512 load_apart(const float *weights, size_t step, int count)
{
    if (count <= 0) return _mm512_setzero_ps();
    __mmask16 mask = (__mmask16)(0xFFFF >> (TILE - count));
    if (step == 1) return _mm512_maskz_loadu_ps(mask, weights);
    __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i at = _mm512_mullo_epi32(lane, _mm512_set1_epi32((int)step));
    return _mm512_mask_i32gather_ps(_mm512_setzero_ps(), mask, at, weights, sizeof *weights);
}

/* Rows along n: a row of the tile is two of them, interleaved. */
TILE_CODE static void load_rows(const float *weights, struct tile_steps steps, int depth, int columns, uint16_t *tile)
{
    for (int pair = 0; pair < TILE; pair++) {
        const float *even = weights + (size_t)(2 * pair) * steps.k;
        int count = 2 * pair < depth ? columns : 0;
        __m256i low = (__m256i)_mm512_cvtneps_pbh(load_apart(even, steps.n, count));
        __m256i high = (__m256i)_mm512_cvtneps_pbh(load_apart(even + steps.k, steps.n, count));
        __m512i words = _mm512_or_si512(_mm512_cvtepu16_epi32(low), _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
        _mm512_storeu_si512(tile + pair * BLOCK, words);
    }
}

/* Rows along k: pairs already lie side by side; the tile is transposed. */
TILE_CODE static void load_columns(const float *weights, struct tile_steps steps, int depth, int columns,
                                   uint16_t *tile)
{
    for (int n = 0; n < TILE; n++) {
        const float *row = weights + (size_t)n * steps.n;
        int count = n < columns ? depth : 0;
        __m512 low = load_apart(row, steps.k, number_smaller(count, TILE));
        __m512 high = load_apart(row + TILE * steps.k, steps.k, count - TILE);
        _mm512_storeu_si512(tile + n * BLOCK, (__m512i)_mm512_cvtne2ps_pbh(high, low));
    }
    tile_transpose(tile);
}

TILE_CODE void tile_load(const float *weights, struct tile_steps steps, int depth, int columns, uint16_t *tile)
{
    if (steps.k < steps.n)
        load_columns(weights, steps, depth, columns, tile);
    else
        load_rows(weights, steps, depth, columns, tile);
}

TILE_CODE void tile_unload(const float *sums, const int *from, int count, float *to)
{
    for (int i = 0; i < count; i += TILE) {
        __mmask16 mask = (__mmask16)(0xFFFF >> (TILE - number_smaller(TILE, count - i)));
        __m512i at = _mm512_maskz_loadu_epi32(mask, from + i);
        _mm512_mask_storeu_ps(to + i, mask,
                              _mm512_mask_i32gather_ps(_mm512_setzero_ps(), mask, at, sums, sizeof *sums));
    }
}
