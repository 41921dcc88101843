/* twins.h - images of a data set that are the same: the same pixels in classes of two splits make test classes known
 * to training, and in two classes, or twice in one, make retrieval easier or harder than it is. */
#ifndef PARTGRAD_DATASETS_TWINS_H
#define PARTGRAD_DATASETS_TWINS_H

#include <stdint.h>

#include "datasets/catalogue.h"

/* Notes in the catalogue how many images are the same, and which. checksums (count) are of their packed pixels. */
int twins_note(struct catalogue *, const uint64_t *checksums, struct error *);

#endif
