/* webp.h - WebP files, lossy or not, transparency laid over white; no animations. The only place that knows libwebp. */
#ifndef PARTGRAD_DATASETS_WEBP_H
#define PARTGRAD_DATASETS_WEBP_H

#include "datasets/decoded.h"

/* As decode_image; no smaller sizes are decoded. */
int webp_decode(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

#endif
