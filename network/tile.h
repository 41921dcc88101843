/* tile.h - the CPU's tile registers (AMX) as the tile_ files use them: 16 rows of 64 bytes, in blocks of two by two. */
#ifndef PARTGRAD_NETWORK_TILE_H
#define PARTGRAD_NETWORK_TILE_H

#include <stdint.h>
#include <string.h>

enum {
    TILE = 16,         /* rows of a tile, and f32 columns */
    TILE_BYTES = 1024, /* 16 rows of 64 bytes */
    BLOCK = 2 * TILE,  /* channels that are multiplied at once, of either operand; also those of a bf16 row */
};

/* Whether this CPU has the tiles and lets this process use them. */
int tile_available(void);

static inline int tile_up(int a, int b)
{
    return (a + b - 1) / b;
}

static inline int tile_smaller(int a, int b)
{
    return a < b ? a : b;
}

/* To bf16, to the nearest and to even. */
static inline uint16_t tile_narrow(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

#if defined(__x86_64__)

#include <immintrin.h>

#define TILE_CODE __attribute__((target("avx512f,avx512bw,avx512bf16,amx-tile,amx-bf16")))

/* Tiles 0 to 3 are sums, 4 and 5 left operands of `depth` columns, 6 and 7 right ones of depth / 2 rows. Each thread
 * configures before it multiplies, and releases after. */
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
    _tile_loadconfig(&config);
}

#endif

#endif
