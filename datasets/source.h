/* source.h - the encoded images of a catalogue, one after another, from archives or from files. */
#ifndef PARTGRAD_DATASETS_SOURCE_H
#define PARTGRAD_DATASETS_SOURCE_H

#include "datasets/catalogue.h"

struct source;

/* The catalogue is borrowed until source_free. Fails if two of its images are the same. */
int source_create(struct source **, const struct catalogue *, struct error *);
void source_free(struct source *); /* NULL-safe */

/* Reads one more image, in the order in which the archives keep them: *position in the catalogue, its bytes on the
 * heap, which the caller frees. Returns 1, 0 when every image of the catalogue has come once, or -1: damaged archive,
 * missing or repeated member. Members that the catalogue does not name are passed over; those that are links to other
 * members of the archive give the others' bytes. */
int source_next(struct source *, int *position, unsigned char **bytes, size_t *size, struct error *);

#endif
