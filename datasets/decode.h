/* decode.h - JPEG and PNG files to RGB planes. The only place that knows libjpeg and libpng.
 *
 * Read: JPEG baseline and progressive, gray, YCbCr, RGB, CMYK and YCCK; PNG of every kind, transparency laid over
 * white, 16 bits cut to 8. Pixels come as they are stored, since bounding boxes count them so; how they are to be
 * turned is told beside. */
#ifndef PARTGRAD_DATASETS_DECODE_H
#define PARTGRAD_DATASETS_DECODE_H

#include <stddef.h>

#include "base/error.h"
#include "datasets/resize.h"

enum {
    DECODE_BYTES_MAX = 240 << 20, /* of memory; images that take more are refused before any is taken */
    DECODE_SCANS_MAX = 256,       /* of a progressive JPEG: more only serve to keep a reader busy */
};

/* A decoded image and its memory, which is kept from image to image. Zeroed is empty. For one thread. */
struct decoded {
    struct planes planes;  /* into `memory` */
    int width;             /* of the file; `planes` may be smaller, see decode_image */
    int height;            /* likewise */
    int orientation;       /* 1 .. 8, datasets/orientation.h */
    unsigned char *memory; /* (capacity); owned */
    size_t capacity;       /* bytes */
};
void decoded_release(struct decoded *); /* safe on a zeroed one */

/* How much of an image is wanted: `part` is what will be looked at, of width 0 for all of it, and both its sides stay
 * at least `least` pixels when a JPEG is decoded to 1/2, 1/4 or 1/8 of its size, which spares time and memory. least 0:
 * it is decoded whole. */
struct decode_want {
    struct region part; /* in pixels of the image as stored */
    int least;
};

/* Decodes a JPEG or PNG file held in memory. Damaged and cut files fail. */
int decode_image(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *, struct error *);

/* Bytes of memory that decode_image will take, by the file's first lines; fails where decode_image would because of it.
 */
int decode_measure(const unsigned char *bytes, size_t size, const struct decode_want *, size_t *memory, struct error *);

#endif
