/* tile_finish.h - the inside of tile_product: applies the epilogue to a block of sums and writes it.
 *
 * A few pixels at a time are finished between the products of the next block, so that the tile unit and the vector
 * units work at the same time. The kind of epilogue is a constant wherever this is inlined, so there are no branches
 * per pixel. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_FINISH_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_FINISH_H

#include <stdint.h>

#include "network/kernels/amx/tile.h"
#include "network/kernels/amx/tile_epilogue.h"

#define TILE_INLINE __attribute__((always_inline)) TILE_CODE static inline

/* How an output is bounded: not at all, by the activation, or by the slope of an activation. */
enum finish_bound { FINISH_NONE, FINISH_ACTIVATION, FINISH_SLOPE, FINISH_BOUNDS };

struct finish_kind {
    int sum; /* 1: something is added */
    enum finish_bound bound;
};

/* The rest of a block of sums, 32 channels of `count` pixels, and where they go. */
struct finish {
    const float *sums; /* (count, 32) */
    const int64_t *at; /* (count) elements of the output where a pixel's channels begin; -1: nowhere */
    int count;
    uint16_t *output; /* here and in the epilogue's arrays the first of the 32 channels */
    const uint16_t *sum, *slope_of;
    uint32_t lanes;
    __m512 bias_low, bias_high, ceiling;
    __m512i limit; /* the ceiling in bf16 */
};

TILE_INLINE struct finish finish_start(const struct tile_epilogue *epilogue, uint16_t *output, int channel,
                                       int channels, const float *sums, const int64_t *at)
{
    uint32_t lanes = tile_lanes(channels - channel);
    __m512 low = _mm512_setzero_ps(), high = low;
    if (epilogue->bias) {
        low = _mm512_maskz_loadu_ps((__mmask16)lanes, epilogue->bias + channel);
        high = _mm512_maskz_loadu_ps((__mmask16)(lanes >> 16), epilogue->bias + channel + TILE);
    }
    return (struct finish){
        .sums = sums,
        .at = at,
        .count = BLOCK,
        .output = output + channel,
        .sum = epilogue->sum ? epilogue->sum + channel : NULL,
        .slope_of = epilogue->slope_of ? epilogue->slope_of + channel : NULL,
        .lanes = lanes,
        .bias_low = low,
        .bias_high = high,
        .ceiling = _mm512_set1_ps(epilogue->ceiling),
        .limit = _mm512_set1_epi16((short)bf16_narrow(epilogue->ceiling)),
    };
}

TILE_INLINE __m512 finish_widen(__m256i values)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16));
}

/* Clamps to 0 .. ceiling. NaN stays NaN, as these instructions return their second operand then. */
TILE_INLINE __m512 finish_cut(__m512 value, __m512 ceiling)
{
    return _mm512_min_ps(ceiling, _mm512_max_ps(_mm512_setzero_ps(), value));
}

/* A mask of lanes with 0 < y < ceiling; positive bf16 values have the same order as their bits. */
TILE_INLINE uint32_t finish_open(const struct finish *finish, int64_t at)
{
    __m512i y = _mm512_maskz_loadu_epi16(finish->lanes, finish->slope_of + at);
    return _mm512_cmpgt_epi16_mask(y, _mm512_setzero_si512()) & _mm512_cmpgt_epi16_mask(finish->limit, y);
}

TILE_INLINE void finish_pixel(const struct finish *finish, struct finish_kind kind, const float *sums, int64_t at)
{
    __m512 low = _mm512_add_ps(_mm512_load_ps(sums), finish->bias_low);
    __m512 high = _mm512_add_ps(_mm512_load_ps(sums + TILE), finish->bias_high);
    if (kind.sum) {
        __m512i sum = _mm512_maskz_loadu_epi16(finish->lanes, finish->sum + at);
        low = _mm512_add_ps(low, finish_widen(_mm512_castsi512_si256(sum)));
        high = _mm512_add_ps(high, finish_widen(_mm512_extracti64x4_epi64(sum, 1)));
    }
    if (kind.bound == FINISH_ACTIVATION) {
        low = finish_cut(low, finish->ceiling);
        high = finish_cut(high, finish->ceiling);
    }
    __m512i output = (__m512i)_mm512_cvtne2ps_pbh(high, low);
    if (kind.bound == FINISH_SLOPE) output = _mm512_maskz_mov_epi16(finish_open(finish, at), output);
    _mm512_mask_storeu_epi16(finish->output + at, finish->lanes, output);
}

/* Finishes the next `count` pixels, or as many as are left. */
TILE_INLINE void finish_pixels(struct finish *finish, struct finish_kind kind, int count)
{
    int now = number_smaller(count, finish->count);
    for (int j = 0; j < now; j++, finish->sums += BLOCK, finish->at++)
        if (*finish->at >= 0) finish_pixel(finish, kind, finish->sums, *finish->at);
    finish->count -= now;
}

#endif
