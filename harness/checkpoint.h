/* checkpoint.h - what a training has become, in one file: arrays in a fixed order, with their sizes and a checksum, so
 * that a file that is torn, or of another training, is known and left alone. */
#ifndef PARTGRAD_HARNESS_CHECKPOINT_H
#define PARTGRAD_HARNESS_CHECKPOINT_H

#include <stddef.h>

#include "base/error.h"

enum { CHECKPOINT_BLOCKS_MAX = 2048 };

struct checkpoint_block {
    void *bytes; /* (size); borrowed */
    size_t size;
};

/* The arrays of a training, the same list for writing and for restoring. */
struct checkpoint {
    int count;
    struct checkpoint_block blocks[CHECKPOINT_BLOCKS_MAX];
};

/* Appends an array; one of no bytes counts too. */
void checkpoint_add(struct checkpoint *, void *bytes, size_t size);

/* Writes PATH, whole or not at all. */
int checkpoint_write(const struct checkpoint *, const char *path, struct error *);

/* Fills the arrays from PATH and returns 1; or returns 0, with nothing touched, where there is no file, or one that is
 * damaged or has other sizes. */
int checkpoint_restore(const struct checkpoint *, const char *path);

#endif
