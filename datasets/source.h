/* source.h - reads the encoded images of a catalogue, one after another, from archives or files. */
#ifndef PARTGRAD_DATASETS_SOURCE_H
#define PARTGRAD_DATASETS_SOURCE_H

#include "datasets/catalogue.h"

struct source;

/* The catalogue is borrowed until source_free. Fails if two of its images are the same. */
int source_create(struct source **, const struct catalogue *, struct error *);
void source_free(struct source *); /* NULL-safe */

/* Reads the next image, in the order of the archives: sets *position to its place in the catalogue and *bytes to a heap
 * block that the caller frees. Returns 1; 0 when every image of the catalogue has been returned once; or -1 for a
 * damaged archive or a missing or repeated member. Members that the catalogue does not name are skipped; a link to
 * another member of the archive yields that member's bytes. */
int source_next(struct source *, int *position, unsigned char **bytes, size_t *size, struct error *);

#endif
