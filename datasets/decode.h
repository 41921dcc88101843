/* decode.h - JPEG and PNG files to RGB planes. The only place that knows libjpeg and libpng.
 *
 * Read: JPEG baseline and progressive, gray, YCbCr, RGB, CMYK and YCCK; PNG of every kind, transparency laid over
 * white, 16 bits cut to 8. Orientation tags are not followed: boxes and published numbers count pixels as stored. */
#ifndef PARTGRAD_DATASETS_DECODE_H
#define PARTGRAD_DATASETS_DECODE_H

#include <stddef.h>

#include "base/error.h"
#include "datasets/resize.h"

enum {
    DECODE_SIDE_MAX = 32768,      /* pixels; larger images are refused before any memory is taken */
    DECODE_PIXELS_MAX = 64 << 20, /* pixels in all, likewise */
    DECODE_SCANS_MAX = 256,       /* of a progressive JPEG: more only serve to keep a reader busy */
};

/* A decoded image and its memory, which is kept from image to image. Zeroed is empty. For one thread. */
struct decoded {
    struct planes planes;  /* into `memory` */
    int width;             /* of the file; `planes` may be smaller, see decode_image */
    int height;            /* likewise */
    unsigned char *memory; /* (capacity); owned */
    size_t capacity;       /* bytes */
};
void decoded_release(struct decoded *); /* safe on a zeroed one */

/* Decodes a JPEG or PNG file held in memory. A JPEG may come out at 1/2, 1/4 or 1/8 of its size where both sides stay
 * at least `least` pixels, which spares time and memory; 0: always whole. Damaged and cut files fail. */
int decode_image(struct decoded *, const unsigned char *bytes, size_t size, int least, struct error *);

#endif
