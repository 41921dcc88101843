/* pack_contents.h - what a new pack holds besides pixels and provenance: labels, splits, and the names of classes that
 * have images. */
#ifndef PARTGRAD_DATASETS_PACK_CONTENTS_H
#define PARTGRAD_DATASETS_PACK_CONTENTS_H

#include <stdint.h>

#include "datasets/catalogue.h"

/* All borrowed, except that contents made by pack_contents_init own their arrays. */
struct pack_contents {
    int count, class_count, size;   /* n, C, s */
    const int32_t *labels;          /* (n) 0 .. C-1; every class has images */
    const uint8_t *splits;          /* (n) enum pack_split */
    const char *const *class_names; /* (C); the names are the catalogue's */
};

/* The contents for a catalogue's images, at `size` pixels a side. Fails if memory runs out. */
int pack_contents_init(struct pack_contents *, const struct catalogue *, int size, struct error *);
void pack_contents_release(struct pack_contents *); /* safe on a zeroed one */

#endif
