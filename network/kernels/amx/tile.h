/* tile.h - the CPU's tile registers (AMX), 16 rows of 64 bytes, which the tile_ files use in blocks of two by two. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"
#include "network/kernels/bf16.h"

enum {
    TILE = 16,          /* rows of a tile, and f32 columns */
    TILE_BYTES = 1024,  /* 16 rows of 64 bytes */
    BLOCK = 2 * TILE,   /* channels that are multiplied at once, of either operand; also those of a bf16 row */
    TILE_TAPS_MAX = 49, /* positions of a window */
};

/* A dense convolution of square maps, channels last: (samples, size, size, channels). */
struct tile_shape {
    int samples;
    int input_channels, input_size;
    int output_channels, output_size;
    int window, stride, pad_before;
};

/* Whether this CPU has the tiles and lets this process use them. */
int tile_available(void);

static inline int tile_up(int a, int b)
{
    return (a + b - 1) / b;
}

/* The first `count` of 32 channels, a bit each; all of them from 32 on. */
static inline uint32_t tile_lanes(int count)
{
    return 0xFFFFFFFFu >> (BLOCK - number_smaller(BLOCK, count));
}

/* Where a sum stands in a block of sums: four tiles, which hold two by two of its 32 rows and 32 columns. */
static inline int tile_sum_at(int row, int column)
{
    return (row / TILE * 2 + column / TILE) * TILE * TILE + row % TILE * TILE + column % TILE;
}

#define TILE_CODE __attribute__((target("avx512f,avx512bw,avx512bf16,amx-tile,amx-bf16")))

/* A compiler barrier: compilers do not know that tile instructions read memory, so earlier writes must be done here. */
static inline void tile_publish(const void *memory)
{
    __asm__ volatile("" : : "r"(memory) : "memory");
}

/* Tiles 0 to 3 are sums, 4 and 5 left operands of `depth` columns, 6 and 7 right operands of depth / 2 rows. Each
 * thread configures its tiles before it multiplies, and releases them afterwards. */
TILE_CODE static inline void tile_configure(int depth)
{
    struct {
        uint8_t palette, start, reserved[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } config = {.palette = 1};
    for (int t = 0; t < 8; t++) {
        config.bytes[t] = t == 4 || t == 5 ? (uint16_t)(depth * 2) : 64;
        config.rows[t] = t >= 6 ? (uint8_t)(depth / 2) : TILE;
    }
    tile_publish(&config);
    _tile_loadconfig(&config);
}

/* Zero the block of sums, tiles 0 to 3, and store it to memory (4 tiles). */
TILE_CODE static inline void tile_zero_sums(void)
{
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

TILE_CODE static inline void tile_store_sums(float *sums)
{
    _tile_stored(0, sums, 64);
    _tile_stored(1, sums + TILE * TILE, 64);
    _tile_stored(2, sums + 2 * TILE * TILE, 64);
    _tile_stored(3, sums + 3 * TILE * TILE, 64);
}

/* Called after every step of four products. After 128 products without a store, the next store was measured to wait a
 * thousand cycles, so now and then this stores a tile that nobody reads. */
TILE_CODE static inline void tile_rest(int step)
{
    enum { STEPS = 24 };
    _Alignas(64) char unread[TILE_BYTES];
    if (step % STEPS == STEPS - 1) _tile_stored(4, unread, 64);
}

/* Turns a tile of (pair, channel) into one of (channel, pair), or back: 16 x 16 words of 32 bits, in place. */
TILE_CODE static inline void tile_transpose(void *in_place)
{
    char *tile = in_place;
    __m512i a[TILE], b[TILE];
    for (int i = 0; i < TILE; i++) a[i] = _mm512_loadu_si512(tile + i * 64);
    for (int i = 0; i < TILE; i += 2) {
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
    for (int i = 0; i < TILE; i += 4) {
        a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
        a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
        a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
        a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
    }
    for (int i = 0; i < 4; i++) { /* a[4 q + i]: column 4 l + i of rows 4 q ... in lane l */
        b[i] = _mm512_shuffle_i32x4(a[i], a[4 + i], 0x88);
        b[4 + i] = _mm512_shuffle_i32x4(a[i], a[4 + i], 0xDD);
        b[8 + i] = _mm512_shuffle_i32x4(a[8 + i], a[12 + i], 0x88);
        b[12 + i] = _mm512_shuffle_i32x4(a[8 + i], a[12 + i], 0xDD);
    }
    for (int i = 0; i < 4; i++) {
        _mm512_storeu_si512(tile + i * 64, _mm512_shuffle_i32x4(b[i], b[8 + i], 0x88));
        _mm512_storeu_si512(tile + (8 + i) * 64, _mm512_shuffle_i32x4(b[i], b[8 + i], 0xDD));
        _mm512_storeu_si512(tile + (4 + i) * 64, _mm512_shuffle_i32x4(b[4 + i], b[12 + i], 0x88));
        _mm512_storeu_si512(tile + (12 + i) * 64, _mm512_shuffle_i32x4(b[4 + i], b[12 + i], 0xDD));
    }
}

#endif
