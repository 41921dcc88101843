/* jpeg.h - decodes JPEG files, baseline and progressive. Gray, YCbCr and RGB become the planes that are stored, each at
 * its own resolution; CMYK and YCCK become RGB. Pixels stay in the stored orientation, because bounding boxes refer to
 * it; decoded.orientation says how to turn them. Only jpeg.c includes libjpeg's headers. */
#ifndef PARTGRAD_DATASETS_JPEG_H
#define PARTGRAD_DATASETS_JPEG_H

#include "datasets/decoded.h"

enum { JPEG_SCANS_MAX = 256 }; /* of a progressive file; more would only serve to keep a reader busy */

/* As decode_image. */
int jpeg_decode(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

#endif
