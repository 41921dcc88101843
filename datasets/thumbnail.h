/* thumbnail.h - turns an image file into a square of RGB planes: decode, crop, scale, convert color, turn upright. */
#ifndef PARTGRAD_DATASETS_THUMBNAIL_H
#define PARTGRAD_DATASETS_THUMBNAIL_H

#include <pthread.h>

#include "datasets/decode.h"

enum thumbnail_fit {
    THUMBNAIL_CROP,    /* scale the shorter side to the square's; keep the middle of the longer one */
    THUMBNAIL_STRETCH, /* scale both sides to the square's */
};

/* Shared by all threads that make thumbnails. */
struct thumbnail_kind {
    int size; /* pixels a side */
    enum thumbnail_fit fit;
    pthread_mutex_t large; /* held while an image that needs much memory is decoded: one at a time */
};

/* One thread's decoder, resizer and scratch memory. */
struct thumbnail {
    struct thumbnail_kind *kind; /* borrowed */
    struct decoded decoded;
    struct resizer resizer;
    unsigned char *stored; /* (3, size, size) an image before it is turned; owned */
};

int thumbnail_init(struct thumbnail *, struct thumbnail_kind *, struct error *);
void thumbnail_release(struct thumbnail *); /* safe on a zeroed one */

/* Makes the thumbnail of the part of an image inside `box` (in pixels of the image as stored, clipped to it), or of the
 * whole image if the box has no width. Fills planes (3, size, size). Fails if the file is damaged or too large. */
int thumbnail_make(struct thumbnail *, const unsigned char *bytes, size_t size, const struct region *box,
                   unsigned char *planes, struct error *);

#endif
