/* color.c - see color.h. */
#include "datasets/color.h"

#include <stdint.h>

#include "base/isa.h"

static const float half = 0.5f; /* added before truncating, to round */

WITHIN_EACH_ISA unsigned char cut(float value)
{
    const int16_t least = 0, most = UINT8_MAX; /* a signed type, so that each clamp is one instruction */
    int16_t byte = (int16_t)(int)value;
    byte = byte > least ? byte : least;
    byte = byte < most ? byte : most;
    return (unsigned char)byte;
}

FOR_EACH_ISA static void round_all(const float *restrict values, size_t count, unsigned char *restrict bytes)
{
    for (size_t i = 0; i < count; i++) bytes[i] = cut(values[i] + half);
}

void color_round(const float *const values[], size_t count, unsigned char *const bytes[])
{
    round_all(values[0], count, bytes[0]);
}

FOR_EACH_ISA static void convert(const float *restrict y, const float *restrict cb, const float *restrict cr,
                                 size_t count, unsigned char *restrict red, unsigned char *restrict green,
                                 unsigned char *restrict blue)
{
    for (size_t i = 0; i < count; i++) {
        float light = y[i] + half, u = cb[i] - 128, v = cr[i] - 128;
        red[i] = cut(light + 1.402f * v);
        green[i] = cut(light - (0.344136f * u + 0.714136f * v));
        blue[i] = cut(light + 1.772f * u);
    }
}

void color_from_ycc(const float *const values[], size_t count, unsigned char *const bytes[])
{
    convert(values[0], values[1], values[2], count, bytes[0], bytes[1], bytes[2]);
}
