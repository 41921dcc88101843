/* png.c - see png.h. */
#include "datasets/png.h"

#include <png.h>
#include <stdlib.h>

enum { WHITE = 255 };

/* Spreads a row of RGB triples over row y of the planes. */
static void store_row(struct decoded *decoded, int y, const unsigned char *row)
{
    for (int c = 0; c < DECODED_PLANES; c++) {
        unsigned char *plane = decoded_row(decoded, c, y);
        for (int x = 0; x < decoded->width; x++) plane[x] = row[DECODED_PLANES * x + c];
    }
}

static int read_rows(struct decoded *decoded, png_image *image, struct error *error)
{
    image->format = PNG_FORMAT_RGB;
    image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    size_t stride = DECODED_PLANES * (size_t)image->width;
    decoded->width = (int)image->width;
    decoded->height = (int)image->height;
    decoded->orientation = 1;
    unsigned char *rows;
    if (decoded_place_rgb(decoded, decoded->width, decoded->height, 1, stride * image->height, &rows, error) != 0)
        return -1;
    png_color white = {WHITE, WHITE, WHITE};
    if (!png_image_finish_read(image, &white, rows, (png_int_32)stride, NULL))
        return error_set(error, "PNG: %s", image->message);
    for (int y = 0; y < decoded->height; y++) store_row(decoded, y, rows + (size_t)y * stride);
    return 0;
}

int png_decode(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
               struct error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, size)) return error_set(error, "PNG: %s", image.message);
    double taken = 2.0 * DECODED_PLANES * image.width * image.height; /* planes, and the rows that libpng gives */
    int status = decoded_check(want, image.width, image.height, taken, error);
    if (status == 0) status = read_rows(decoded, &image, error);
    png_image_free(&image);
    return status;
}

int png_encode(const unsigned char *pixels, int width, int height, unsigned char **bytes, size_t *size,
               struct error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = PNG_FORMAT_RGB};
    png_alloc_size_t most = PNG_IMAGE_PNG_SIZE_MAX(image);
    unsigned char *file = malloc(most);
    *bytes = NULL;
    if (!file) return error_set(error, "out of memory for a picture");
    if (!png_image_write_to_memory(&image, file, &most, 0, pixels, 0, NULL)) {
        free(file);
        return error_set(error, "PNG: %s", image.message);
    }
    unsigned char *fitting = realloc(file, most);
    *bytes = fitting ? fitting : file;
    *size = most;
    return 0;
}
