/* jpeg.h - JPEG files: baseline and progressive; gray, YCbCr and RGB as the planes that they store, at the resolution
 * of each; CMYK and YCCK turned into RGB. Pixels come as they are stored, since bounding boxes count them so; how they
 * are to be turned is told beside. The only place that knows libjpeg. */
#ifndef PARTGRAD_DATASETS_JPEG_H
#define PARTGRAD_DATASETS_JPEG_H

#include "datasets/decoded.h"

enum { JPEG_SCANS_MAX = 256 }; /* of a progressive file: more only serve to keep a reader busy */

/* As decode_image. */
int jpeg_decode(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

#endif
