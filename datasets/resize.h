/* resize.h - scaling of 8-bit planes, with the triangle ("bilinear") filter widened when it shrinks, so that nothing
 * aliases: what the usual Python imaging tools give for BILINEAR. The only place that knows zimg. */
#ifndef PARTGRAD_DATASETS_RESIZE_H
#define PARTGRAD_DATASETS_RESIZE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    RESIZE_ALIGNMENT = 64,  /* bytes */
    RESIZE_GEOMETRIES = 16, /* filters that a resizer remembers: building one takes longer than an image */
};

/* A rectangle in pixels, with fractions; pixel (0, 0) covers [0, 1) x [0, 1). */
struct region {
    double x, y, width, height;
};

/* One plane of 8 bits. Where `pixels` and `stride` are multiples of RESIZE_ALIGNMENT, it is read where it lies; else
 * the part that is needed is copied first. */
struct plane {
    const unsigned char *pixels; /* (height, stride) */
    int width, height;
    size_t stride; /* bytes from row to row, at least width */
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

/* What a filter is built for. */
struct resize_geometry {
    int crop_width, crop_height; /* whole pixels around the region */
    struct region inside;        /* the region, relative to the crop */
    int width, height;           /* of the destination */
    int words;                   /* 1: to 16 bits a value */
};

struct resize_graph {
    struct resize_geometry geometry;
    void *filter;     /* zimg's; NULL: none. Owned */
    size_t temporary; /* bytes that it needs */
};

/* Aligned scratch and the filters used last, for one thread. Zeroed is empty; it grows to what it needs. */
struct resizer {
    enum resize_filter filter;                     /* the caller's choice, before the first use */
    struct resize_graph graphs[RESIZE_GEOMETRIES]; /* the last used first */
    unsigned char *memory;                         /* (capacity), aligned; owned */
    size_t capacity;                               /* bytes */
};
void resizer_release(struct resizer *); /* safe on a zeroed resizer */

/* Scales `region` of the source (clipped to it) to destination (3, height, width). The filter reaches beyond the
 * region, and where it reaches beyond the image, the image is mirrored. Exact up to the last rounding, but that
 * Catmull-Rom's overshoots are cut to 0 ... 255 after each direction. Fails on an empty region and when memory is out.
 */
int resize_region(struct resizer *, const struct planes *source, struct region region, unsigned char *destination,
                  int width, int height, struct error *);

/* The same for one plane, to 256ths: destination (height, stride) holds 256 times the value. Both it and 2 * stride are
 * multiples of RESIZE_ALIGNMENT; what lies between width and stride may be written. */
int resize_plane(struct resizer *, const struct plane *source, struct region region, uint16_t *destination,
                 size_t stride, int width, int height, struct error *);

/* `size` rounded up to a multiple of RESIZE_ALIGNMENT. */
size_t resize_align(size_t size);

#endif
