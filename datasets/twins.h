/* twins.h - finds identical images in a data set. If classes of two splits share pixels, training has seen test images;
 * if two classes do, or one class has an image twice, retrieval becomes harder or easier than it should be. */
#ifndef PARTGRAD_DATASETS_TWINS_H
#define PARTGRAD_DATASETS_TWINS_H

#include <stdint.h>

#include "datasets/catalogue.h"

/* Adds notes to the catalogue that say how many images are identical, and which. checksums (count) are of their packed
 * pixels. */
int twins_note(struct catalogue *, const uint64_t *checksums, struct error *);

#endif
