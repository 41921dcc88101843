/* bf16.h - conversion between f32 and bf16, which is the upper half of an f32. */
#ifndef PARTGRAD_NETWORK_KERNELS_BF16_H
#define PARTGRAD_NETWORK_KERNELS_BF16_H

#include <stdint.h>
#include <string.h>

static inline float bf16_widen(uint16_t value)
{
    uint32_t bits = (uint32_t)value << 16;
    float wide;
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/* Rounds to nearest, ties to even. */
static inline uint16_t bf16_narrow(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

#endif
