/* colour.c - see colour.h. Sums are of 16 bits in 64ths, which holds all that can come out and is what compilers
 * vectorise best; a product keeps the upper half of its 32 bits. */
#include "datasets/colour.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_ISA __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_ISA
#endif

enum { HALF = 128 << 6, ROUND = 1 << 5, SHIFT = 6 };

/* What is left of JFIF's factors beside whole ones, in 65536ths: 1.402 = 1 + a, 0.344136 = b, 0.714136 = 1 - c,
 * 1.772 = 2 - d. */
enum { A = 26345, B = 22553, C = 18734, D = 14942 };

static inline int16_t upper(int16_t value, int16_t factor)
{
    return (int16_t)(((int32_t)value * factor) >> 16);
}

static inline uint8_t to_byte(int16_t value)
{
    const int16_t least = 0, most = UINT8_MAX; /* of the value's own type: one instruction each */
    value = (int16_t)(value + ROUND) >> SHIFT;
    value = value > least ? value : least;
    value = value < most ? value : most;
    return (uint8_t)value;
}

FOR_EACH_ISA void colour_from_ycc(const uint16_t *restrict y, const uint16_t *restrict cb, const uint16_t *restrict cr,
                                  int count, uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue)
{
    for (int x = 0; x < count; x++) {
        int16_t light = (int16_t)(y[x] >> 2);
        int16_t u = (int16_t)((cb[x] >> 2) - HALF), v = (int16_t)((cr[x] >> 2) - HALF);
        red[x] = to_byte((int16_t)(light + v + upper(v, A)));
        green[x] = to_byte((int16_t)(light - upper(u, B) - v + upper(v, C)));
        blue[x] = to_byte((int16_t)(light + 2 * u - upper(u, D)));
    }
}

FOR_EACH_ISA void colour_round(const uint16_t *restrict words, int count, uint8_t *restrict bytes)
{
    for (int x = 0; x < count; x++) bytes[x] = to_byte((int16_t)(words[x] >> 2));
}
