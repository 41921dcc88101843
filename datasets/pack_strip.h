/* pack_strip.h - images of one thread on their way to a pack: those that follow one another are written at once, since
 * a system call for half a megabyte costs much less than many for its parts. */
#ifndef PARTGRAD_DATASETS_PACK_STRIP_H
#define PARTGRAD_DATASETS_PACK_STRIP_H

#include "datasets/pack_writer.h"

/* Zeroed is empty. For one thread. */
struct pack_strip {
    struct pack_writer *writer; /* borrowed; it is open before the first image is put */
    size_t image_bytes;         /* 3 s s */
    int capacity;               /* images, one more than are kept */
    int first, count;           /* of the pack's images, those that wait to be written */
    unsigned char *planes;      /* (capacity, 3, s, s); owned */
};

/* Makes room for images of `size` pixels a side. */
int pack_strip_init(struct pack_strip *, struct pack_writer *, int size, struct error *);
void pack_strip_release(struct pack_strip *); /* safe on a zeroed one; what waits is forgotten */

/* Where the next image's planes (3, s, s) are to be made. What is made there counts for nothing until it is put. */
unsigned char *pack_strip_room(const struct pack_strip *);
/* Takes what was made there as image i of the pack, and writes what waited if i does not follow it or the strip is
 * full. */
int pack_strip_put(struct pack_strip *, int i, struct error *);
/* Writes what waits. */
int pack_strip_flush(struct pack_strip *, struct error *);

#endif
