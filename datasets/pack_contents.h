/* pack_contents.h - what a new pack holds besides its pixels and its provenance: labels, splits and names of those
 * classes that have images. */
#ifndef PARTGRAD_DATASETS_PACK_CONTENTS_H
#define PARTGRAD_DATASETS_PACK_CONTENTS_H

#include <stdint.h>

#include "datasets/catalogue.h"

/* All borrowed, but for the arrays of those that pack_contents_init made. */
struct pack_contents {
    int count, class_count, size;   /* n, C, s */
    const int32_t *labels;          /* (n) 0 .. C-1; every class has images */
    const uint8_t *splits;          /* (n) enum pack_split */
    const char *const *class_names; /* (C); the names are the catalogue's */
};

/* Of a catalogue's images, at `size` pixels a side. Fails when memory is out. */
int pack_contents_init(struct pack_contents *, const struct catalogue *, int size, struct error *);
void pack_contents_release(struct pack_contents *); /* safe on a zeroed one */

#endif
