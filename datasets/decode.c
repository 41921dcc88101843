/* decode.c - see decode.h. */
#include "datasets/decode.h"

#include <string.h>

#include "datasets/jpeg.h"
#include "datasets/png.h"

/* To add a format: a reader, and its row. */
static const struct {
    unsigned char start[4];
    size_t length;
    int (*decode)(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *,
                  struct error *);
} formats[] = {
    {{0xff, 0xd8, 0xff}, 3, jpeg_decode},
    {{0x89, 'P', 'N', 'G'}, 4, png_decode},
};

int decode_image(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                 struct error *error)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (size >= formats[i].length && memcmp(bytes, formats[i].start, formats[i].length) == 0)
            return formats[i].decode(decoded, bytes, size, want, error);
    return error_set(error, "neither JPEG nor PNG");
}
