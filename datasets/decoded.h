/* decoded.h - an image as its file stores it, and its memory: the interface between readers of file formats and users
 * of pixels. */
#ifndef PARTGRAD_DATASETS_DECODED_H
#define PARTGRAD_DATASETS_DECODED_H

#include <stddef.h>

#include "base/error.h"
#include "datasets/resize.h"

enum {
    DECODED_PLANES = 3,
    DECODED_BYTES_MAX = 240 << 20, /* of memory; images that need more are refused before any is allocated */
};

/* One plane; a JPEG may hold its colors at a lower resolution than its brightness. */
struct decoded_plane {
    struct plane plane;  /* rows aligned for resizing */
    double across, down; /* its columns and rows per pixel of the file */
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
void decoded_drop_pixels(struct decoded *); /* frees the memory; the other members stay */

/* How much of an image is wanted. `part` is the part that will be used; width 0 means all of it. A JPEG may be decoded
 * to 1/2, 1/4 or 1/8 of its size, which saves time and memory, as long as both sides of the part keep at least `least`
 * pixels. least 0: full size. */
struct decode_want {
    struct region part; /* in pixels of the image as stored */
    int least;
    size_t most; /* bytes of memory allowed; if more are needed, DECODE_LARGE is returned. 0: DECODED_BYTES_MAX */
};

enum { DECODE_LARGE = 1 };

/* For readers: 0 if a file that declares width x height pixels may take `bytes` of memory, DECODE_LARGE if that is more
 * than want->most, -1 if it is more than DECODED_BYTES_MAX. The formats keep sides below 2^31. */
int decoded_check(const struct decode_want *, unsigned width, unsigned height, double bytes, struct error *);

/* For readers: allocates the planes, whose widths and heights are set, and sets their pixels and strides; *extra points
 * to `extra_bytes` more, aligned. A reader may write whole strides. */
int decoded_place(struct decoded *, size_t extra_bytes, unsigned char **extra, struct error *);

/* For readers: the same for three planes of red, green and blue with these sides, which are `scale` times the
 * file's. */
int decoded_place_rgb(struct decoded *, int width, int height, double scale, size_t extra_bytes, unsigned char **extra,
                      struct error *);

/* Row y of a plane, for readers to write to. */
unsigned char *decoded_row(const struct decoded *, int plane, int y);

#endif
