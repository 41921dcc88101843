/* decoded.h - an image as its file stores it, and the memory that it takes; between the readers of file formats and
 * those who look at pixels. */
#ifndef PARTGRAD_DATASETS_DECODED_H
#define PARTGRAD_DATASETS_DECODED_H

#include <stddef.h>

#include "base/error.h"
#include "datasets/resize.h"

enum {
    DECODED_PLANES = 3,
    DECODED_BYTES_MAX = 240 << 20, /* of memory; images that take more are refused before any is taken */
};

/* One plane; a JPEG may hold its colors at a lower resolution than its brightness. */
struct decoded_plane {
    struct plane plane;  /* rows aligned as resizing likes them */
    double across, down; /* its columns and rows for one pixel of the file */
};

/* Its memory is kept from image to image. Zeroed is empty. For one thread. */
struct decoded {
    int plane_count; /* 3, or 1 for gray */
    int is_ycc;      /* 1: brightness, blueness, redness, as JFIF defines them; 0: red, green, blue */
    struct decoded_plane planes[DECODED_PLANES];
    int width, height;     /* of the file */
    int orientation;       /* 1 .. 8, datasets/orientation.h */
    unsigned char *memory; /* (capacity), aligned; owned */
    size_t capacity;       /* bytes */
};
void decoded_release(struct decoded *);     /* safe on a zeroed one */
void decoded_drop_pixels(struct decoded *); /* frees the memory; what is said about the image stays */

/* How much of an image is wanted: `part` is what will be looked at, of width 0 for all of it, and both its sides stay
 * at least `least` pixels when a JPEG is decoded to 1/2, 1/4 or 1/8 of its size, which spares time and memory. least 0:
 * it is decoded whole. */
struct decode_want {
    struct region part; /* in pixels of the image as stored */
    int least;
    size_t most; /* bytes of memory that may be taken; more: DECODE_LARGE is returned. 0: DECODED_BYTES_MAX */
};

enum { DECODE_LARGE = 1 };

/* For readers: 0 if a file that claims width x height pixels may take `bytes` of memory, DECODE_LARGE if it wants
 * more than it may now, -1 if it never may. Sides are below 2^31, by their formats. */
int decoded_check(const struct decode_want *, unsigned width, unsigned height, double bytes, struct error *);

/* For readers: places the planes, whose widths and heights are set, and sets their pixels and strides; *extra is where
 * `extra_bytes` more begin, aligned. Rows are as long as their stride. */
int decoded_place(struct decoded *, size_t extra_bytes, unsigned char **extra, struct error *);

/* For readers: the same for three planes of red, green and blue, of these sides, that are `scale` of the file's. */
int decoded_place_rgb(struct decoded *, int width, int height, double scale, size_t extra_bytes, unsigned char **extra,
                      struct error *);

/* Row y of a plane, for readers to write to. */
unsigned char *decoded_row(const struct decoded *, int plane, int y);

#endif
