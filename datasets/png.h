/* png.h - PNG files, read and written. The only place that knows libpng. */
#ifndef PARTGRAD_DATASETS_PNG_H
#define PARTGRAD_DATASETS_PNG_H

#include "datasets/decoded.h"

/* As decode_image, of every kind: transparency is laid over white, 16 bits are cut to 8. PNG has no smaller sizes
 * inside. */
int png_decode(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

/* pixels (height, width, 3) red, green, blue as a PNG file in memory: *bytes (*size), which the caller frees. */
int png_encode(const unsigned char *pixels, int width, int height, unsigned char **bytes, size_t *size, struct error *);

#endif
