/* pack_strip.h - buffers one thread's images for a pack, so that consecutive ones are written at once: one system call
 * for half a megabyte costs much less than many small ones. */
#ifndef PARTGRAD_DATASETS_PACK_STRIP_H
#define PARTGRAD_DATASETS_PACK_STRIP_H

#include "datasets/pack_writer.h"

/* Zeroed is empty. For one thread. */
struct pack_strip {
    struct pack_writer *writer; /* borrowed; it is open before the first image is put */
    size_t image_bytes;         /* 3 s s */
    int capacity;               /* images, one more than are buffered */
    int first, count;           /* the buffered images, by their place in the pack */
    unsigned char *planes;      /* (capacity, 3, s, s); owned */
};

/* Makes room for images of `size` pixels a side. */
int pack_strip_init(struct pack_strip *, struct pack_writer *, int size, struct error *);
void pack_strip_release(struct pack_strip *); /* safe on a zeroed one; buffered images are dropped */

/* Room for the next image's planes (3, s, s). An image there does not count until pack_strip_put. */
unsigned char *pack_strip_room(const struct pack_strip *);
/* Takes the planes in that room as image i of the pack; first writes the buffered images if i does not follow them or
 * the strip is full. */
int pack_strip_put(struct pack_strip *, int i, struct error *);
/* Writes the buffered images. */
int pack_strip_flush(struct pack_strip *, struct error *);

#endif
