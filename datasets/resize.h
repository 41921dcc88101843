/* resize.h - scaling of 8-bit RGB planes, with the triangle ("bilinear") filter widened when it shrinks, so that
 * nothing aliases: what the usual Python imaging tools give for BILINEAR. The only place that knows zimg. */
#ifndef PARTGRAD_DATASETS_RESIZE_H
#define PARTGRAD_DATASETS_RESIZE_H

#include <stddef.h>

#include "base/error.h"

/* A rectangle in pixels, with fractions; pixel (0, 0) covers [0, 1) x [0, 1). */
struct region {
    double x, y, width, height;
};

/* Three planes of 8 bits, red, green, blue, one behind the other. */
struct planes {
    const unsigned char *pixels; /* (3, height, stride) */
    int width, height;
    size_t stride; /* bytes from row to row, at least width */
};

enum resize_filter {
    RESIZE_TRIANGLE,    /* what Python's imaging tools call BILINEAR: the field's usual crop and resize */
    RESIZE_CATMULL_ROM, /* keeps detail (Keys 1981, a = -0.5): for pixels that have been scaled before */
};

/* Aligned scratch and the last geometry's filter, for one thread. Zeroed is empty; it grows to what it needs and is
 * fastest when one geometry follows itself. */
struct resizer {
    enum resize_filter filter; /* the caller's choice, before the first use */
    void *graph;               /* zimg's, for the geometry below; owned */
    unsigned char *memory;     /* (capacity), 64-byte aligned; owned */
    size_t capacity;           /* bytes */
    size_t temporary;          /* bytes that the graph needs */
    int crop_width;            /* whole pixels around the region */
    int crop_height;           /* likewise */
    struct region inside;      /* the region, relative to the crop */
    int width;                 /* of the destination */
    int height;                /* likewise */
};
void resizer_release(struct resizer *); /* safe on a zeroed resizer */

/* Scales `region` of the source (clipped to it) to destination (3, height, width). Pixels outside the region's
 * outermost whole pixels are not looked at. Fails on an empty region and when memory is out. */
int resize_region(struct resizer *, const struct planes *source, struct region, unsigned char *destination, int width,
                  int height, struct error *);

#endif
