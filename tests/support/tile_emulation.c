/* tile_emulation.c - see tile_emulation.h; and tile_available, in network/kernels/amx/tile.c's place. */
#include "tests/support/tile_emulation.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "network/kernels/amx/tile.h"

#undef dnnl_get_effective_cpu_isa

enum { TILES = 8, ROW_BYTES = 64, COLUMNS = ROW_BYTES / sizeof(float), ROWS_AT = 48, BYTES_AT = 16 };

struct registers {
    uint8_t rows[TILES];
    uint16_t bytes[TILES]; /* of a row */
    char row[TILES][TILE][ROW_BYTES];
};

static _Thread_local struct registers registers; /* as the CPU's own */

int tile_available(void)
{
    return __builtin_cpu_supports("avx512bf16");
}

dnnl_cpu_isa_t tile_emulation_isa(void)
{
    return tile_available() ? dnnl_cpu_isa_avx512_core_amx : dnnl_get_effective_cpu_isa();
}

void tile_emulation_configure(const void *config)
{
    memset(&registers, 0, sizeof registers);
    memcpy(registers.bytes, (const char *)config + BYTES_AT, sizeof registers.bytes);
    memcpy(registers.rows, (const char *)config + ROWS_AT, sizeof registers.rows);
    for (int t = 0; t < TILES; t++) assert(registers.rows[t] <= TILE && registers.bytes[t] <= ROW_BYTES);
}

void tile_emulation_release(void)
{
    memset(&registers, 0, sizeof registers);
}

void tile_emulation_zero(int tile)
{
    memset(registers.row[tile], 0, sizeof registers.row[tile]);
}

void tile_emulation_load(int tile, const void *rows, size_t stride)
{
    assert(registers.rows[tile] > 0); /* else the CPU would raise an exception */
    tile_emulation_zero(tile);
    for (size_t r = 0; r < registers.rows[tile]; r++)
        memcpy(registers.row[tile][r], (const char *)rows + r * stride, registers.bytes[tile]);
}

void tile_emulation_store(int tile, void *rows, size_t stride)
{
    assert(registers.rows[tile] > 0);
    for (size_t r = 0; r < registers.rows[tile]; r++)
        memcpy((char *)rows + r * stride, registers.row[tile][r], registers.bytes[tile]);
}

/* One row of the sums; products of even and of odd values are summed apart. A word holds two bf16. */
TILE_CODE static void multiply_row(char *sums, const char *left, const char (*right)[ROW_BYTES], int pairs)
{
    const __m512i upper = _mm512_set1_epi32((int)0xFFFF0000);
    __m512 even = _mm512_setzero_ps(), odd = _mm512_setzero_ps();
    int a[COLUMNS];
    memcpy(a, left, sizeof a);
    for (int k = 0; k < pairs; k++) {
        __m512i x = _mm512_set1_epi32(a[k]), y = _mm512_loadu_si512(right[k]);
        even = _mm512_add_ps(even, _mm512_mul_ps(_mm512_castsi512_ps(_mm512_slli_epi32(x, 16)),
                                                 _mm512_castsi512_ps(_mm512_slli_epi32(y, 16))));
        odd = _mm512_add_ps(odd, _mm512_mul_ps(_mm512_castsi512_ps(_mm512_and_si512(x, upper)),
                                               _mm512_castsi512_ps(_mm512_and_si512(y, upper))));
    }
    _mm512_storeu_ps(sums, _mm512_add_ps(_mm512_loadu_ps(sums), _mm512_add_ps(even, odd)));
}

void tile_emulation_multiply(int sums, int left, int right)
{
    assert(registers.rows[sums] > 0 && registers.rows[sums] == registers.rows[left]);
    assert(registers.bytes[left] / 4 == registers.rows[right] && registers.bytes[right] == registers.bytes[sums]);
    for (int m = 0; m < registers.rows[sums]; m++)
        multiply_row(registers.row[sums][m], registers.row[left][m], (const char(*)[ROW_BYTES])registers.row[right],
                     registers.rows[right]);
}
