/* webp.c - see webp.h. */
#include "datasets/webp.h"

#include <webp/decode.h>

enum { RGBA = 4, WHITE = 255, DECODER_BYTES = 6 /* a pixel, inside libwebp */ };

/* Spreads a row of RGBA pixels over row y of the planes. */
static void store_row(const struct decoded *decoded, int y, const unsigned char *row)
{
    for (int c = 0; c < DECODED_PLANES; c++) {
        unsigned char *plane = decoded_row(decoded, c, y);
        for (int x = 0; x < decoded->width; x++) {
            unsigned alpha = row[RGBA * x + RGBA - 1];
            plane[x] = (unsigned char)((row[RGBA * x + c] * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE);
        }
    }
}

static int read_rows(struct decoded *decoded, const unsigned char *bytes, size_t size, int width, int height,
                     struct error *error)
{
    size_t stride = RGBA * (size_t)width, all = stride * (size_t)height;
    unsigned char *rows;
    decoded->width = width;
    decoded->height = height;
    decoded->orientation = 1;
    if (decoded_place_rgb(decoded, width, height, 1, all, &rows, error) != 0) return -1;
    if (!WebPDecodeRGBAInto(bytes, size, rows, all, (int)stride))
        return error_set(error, "WebP: the data are damaged or cut short");
    for (int y = 0; y < height; y++) store_row(decoded, y, rows + (size_t)y * stride);
    return 0;
}

int webp_decode(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                struct error *error)
{
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes, size, &features) != VP8_STATUS_OK)
        return error_set(error, "WebP: the header is damaged or cut short");
    if (features.has_animation) return error_set(error, "WebP: an animation, not a single image");
    double pixels = (double)features.width * features.height;
    int status = decoded_check(want, (unsigned)features.width, (unsigned)features.height,
                               (DECODED_PLANES + RGBA + DECODER_BYTES) * pixels, error);
    return status == 0 ? read_rows(decoded, bytes, size, features.width, features.height, error) : status;
}
