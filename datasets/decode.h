/* decode.h - image files to pixels. A file's first bytes say which reader it is for (datasets/jpeg.h, png.h, webp.h),
 * not its name. */
#ifndef PARTGRAD_DATASETS_DECODE_H
#define PARTGRAD_DATASETS_DECODE_H

#include "datasets/decoded.h"

/* Decodes an image file held in memory. Damaged and cut files fail. Returns 0, -1, or DECODE_LARGE if nothing was
 * done, since it takes more memory than may be taken. */
int decode_image(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

/* 1 if a file's name ends as those of images that can be decoded: .jpg, .jpeg, .jpe, .jfif, .png, .webp, in any
 * case. */
int decode_is_image_name(const char *name);

#endif
