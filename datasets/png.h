/* png.h - reads and writes PNG files. Only png.c includes libpng's header. */
#ifndef PARTGRAD_DATASETS_PNG_H
#define PARTGRAD_DATASETS_PNG_H

#include "datasets/decoded.h"

/* As decode_image, for every kind of PNG: transparency is blended with white, 16 bits are cut to 8. A PNG cannot be
 * decoded to smaller sizes. */
int png_decode(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

/* pixels (height, width, 3) red, green, blue as a PNG file in memory: *bytes (*size), which the caller frees. */
int png_encode(const unsigned char *pixels, int width, int height, unsigned char **bytes, size_t *size, struct error *);

#endif
