/* resize.h - scales 8-bit planes. When shrinking, the filter widens (datasets/taps.h) to avoid aliasing, as in the
 * usual Python imaging tools. The result is the same on every CPU, bit for bit. */
#ifndef PARTGRAD_DATASETS_RESIZE_H
#define PARTGRAD_DATASETS_RESIZE_H

#include <stddef.h>

#include "base/error.h"
#include "datasets/taps.h"

/* A rectangle in pixels, with fractions; pixel (0, 0) covers [0, 1) x [0, 1). */
struct region {
    double x, y, width, height;
};

/* One plane of 8 bits. */
struct plane {
    const unsigned char *pixels; /* (height, stride) */
    int width, height;
    size_t stride; /* bytes from row to row, at least width */
};

/* Three planes of 8 bits, red, green, blue, one after another. */
struct planes {
    const unsigned char *pixels; /* (3, height, stride) */
    int width, height;
    size_t stride; /* bytes from row to row, at least width */
};

enum { RESIZE_PLANES = 3 };

/* Scratch memory and the taps used last, for one thread. Empty when zeroed; grows as needed. */
struct resizer {
    enum resize_filter filter; /* the caller's choice */
    struct taps across[RESIZE_PLANES], down[RESIZE_PLANES];
    unsigned char *memory; /* (capacity), aligned; owned */
    size_t capacity;       /* bytes */
};
void resizer_release(struct resizer *); /* safe on a zeroed resizer */

/* A part of a plane, clipped to it. The filter reaches beyond the part, not beyond the plane. */
struct resize_part {
    struct plane plane;
    struct region region;
};

/* Scales a part to destination (height, width), rounded and clamped to 0 .. 255. Like the two below, fails on an empty
 * region, on shapes that take too much memory, and if memory runs out. */
int resize_plane(struct resizer *, const struct resize_part *, unsigned char *destination, int width, int height,
                 struct error *);

/* Scales brightness, blueness and redness (datasets/color.h), which may have different resolutions, to red, green and
 * blue (3, height, width), without rounding in between. */
int resize_ycc(struct resizer *, const struct resize_part parts[RESIZE_PLANES], unsigned char *destination, int width,
               int height, struct error *);

/* Scales `region` of red, green and blue to destination (3, height, width). */
int resize_region(struct resizer *, const struct planes *source, struct region region, unsigned char *destination,
                  int width, int height, struct error *);

#endif
