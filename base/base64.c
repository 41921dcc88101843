/* base64.c - see base64.h. */
#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(FILE *stream, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned group = (unsigned)byte[i] << 16 | (left > 1 ? byte[i + 1] << 8 : 0) | (left > 2 ? byte[i + 2] : 0);
        fputc(alphabet[group >> 18], stream);
        fputc(alphabet[group >> 12 & 63], stream);
        fputc(left > 1 ? alphabet[group >> 6 & 63] : '=', stream);
        fputc(left > 2 ? alphabet[group & 63] : '=', stream);
    }
}
