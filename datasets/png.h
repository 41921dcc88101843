/* png.h - PNG files: of every kind, transparency laid over white, 16 bits cut to 8. The only place that knows libpng.
 */
#ifndef PARTGRAD_DATASETS_PNG_H
#define PARTGRAD_DATASETS_PNG_H

#include "datasets/decoded.h"

/* As decode_image; PNG has no smaller sizes inside. */
int png_decode(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

#endif
