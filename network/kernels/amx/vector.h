/* vector.h - 32 bf16 channels of one pixel as two vectors of f32, for loops over activations with channels last; and
 * which taps of a window reach a pixel. Only for CPUs whose tiles are used, as they have these instructions too. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_VECTOR_H
#define PARTGRAD_NETWORK_KERNELS_AMX_VECTOR_H

#include "network/kernels/bf16.h"
#include "network/kernels/engine.h"
#include "network/kernels/pass.h"
#include "network/kernels/amx/tile.h"

enum { VECTOR_LANES = 32 };

/* The taps through which one row (or column) of the input was read: from `first` on, every stride-th, `count` of them;
 * the first by output row `output`, each next by the one before. */
struct reach {
    int first, count, output;
};

static inline struct reach reach_of(const struct layer *layer, int at, int output_size)
{
    int padded = at + layer->pad_before, s = layer->stride;
    struct reach reach = {.first = padded % s};
    while (reach.first < layer->window && (padded - reach.first) / s >= output_size) reach.first += s;
    reach.output = (padded - reach.first) / s;
    for (int k = reach.first; k < layer->window && padded - k >= 0; k += s) reach.count++;
    return reach;
}

/* Fills reach (input_size) for all rows (or columns) of the input. */
static inline void reach_fill(const struct layer *layer, int input_size, int output_size, struct reach *reach)
{
    for (int i = 0; i < input_size; i++) reach[i] = reach_of(layer, i, output_size);
}

#define VECTOR_CODE __attribute__((target("avx512f,avx512bw,avx512bf16")))

/* The even channels, then the odd ones: a 32-bit word holds two. */
struct vector {
    __m512 even, odd;
};

VECTOR_CODE static inline struct vector vector_widen(__m512i words)
{
    return (struct vector){
        _mm512_castsi512_ps(_mm512_slli_epi32(words, 16)),
        _mm512_castsi512_ps(_mm512_and_si512(words, _mm512_set1_epi32((int)0xFFFF0000))),
    };
}

/* Rounds to bf16, to nearest even, and restores the channels' order. */
VECTOR_CODE static inline __m512i vector_narrow(struct vector values)
{
    __m256i even = (__m256i)_mm512_cvtneps_pbh(values.even), odd = (__m256i)_mm512_cvtneps_pbh(values.odd);
    return _mm512_or_si512(_mm512_cvtepu16_epi32(even), _mm512_slli_epi32(_mm512_cvtepu16_epi32(odd), 16));
}

/* kernel_backward's input_gradient at element `at`: `x` is the input there, `sum` the layer's own contribution. */
VECTOR_CODE static inline void vector_finish(const struct kernel_backward *pass, size_t at, __m512i x,
                                             struct vector sum, __mmask32 lanes)
{
    uint16_t *to = (uint16_t *)pass->input_gradient + at;
    __mmask32 open = lanes;
    if (pass->add) {
        struct vector there = vector_widen(_mm512_maskz_loadu_epi16(lanes, to));
        sum.even = _mm512_add_ps(sum.even, there.even);
        sum.odd = _mm512_add_ps(sum.odd, there.odd);
    }
    if (pass->activation != ACTIVATION_NONE) { /* positive bf16 values are ordered as their bits are */
        __m512i ceiling = _mm512_set1_epi16((short)bf16_narrow(engine_ceiling(pass->activation)));
        open = _mm512_cmpgt_epi16_mask(x, _mm512_setzero_si512()) & _mm512_cmpgt_epi16_mask(ceiling, x);
    }
    _mm512_mask_storeu_epi16(to, lanes, _mm512_maskz_mov_epi16(open, vector_narrow(sum)));
}

#endif
