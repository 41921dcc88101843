/* webp.h - decodes WebP files, lossy or lossless, blending transparency with white; no animations. Only webp.c includes
 * libwebp's headers. */
#ifndef PARTGRAD_DATASETS_WEBP_H
#define PARTGRAD_DATASETS_WEBP_H

#include "datasets/decoded.h"

/* As decode_image; always at full size. */
int webp_decode(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

#endif
