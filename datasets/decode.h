/* decode.h - decodes image files. A file's first bytes, not its name, decide which reader it goes to (datasets/jpeg.h,
 * png.h, webp.h). */
#ifndef PARTGRAD_DATASETS_DECODE_H
#define PARTGRAD_DATASETS_DECODE_H

#include "datasets/decoded.h"

/* Decodes an image file held in memory. Fails on damaged and truncated files. Returns 0, -1, or DECODE_LARGE if nothing
 * was done because the image needs more memory than want->most. */
int decode_image(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

/* 1 if a file's name ends like those of images that can be decoded: .jpg, .jpeg, .jpe, .jfif, .png, .webp, in upper or
 * lower case. */
int decode_is_image_name(const char *name);

#endif
