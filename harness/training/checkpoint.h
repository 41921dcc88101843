/* checkpoint.h - what a training has become, in one file: arrays in a fixed order, with their sizes and a checksum, so
 * that a file that is torn, or of another training, is known and left alone. */
#ifndef PARTGRAD_HARNESS_TRAINING_CHECKPOINT_H
#define PARTGRAD_HARNESS_TRAINING_CHECKPOINT_H

#include <stddef.h>

#include "base/error.h"

enum { CHECKPOINT_BLOCKS_MAX = 2048 };

struct checkpoint_block {
    void *bytes; /* (size); borrowed */
    size_t size;
    int required; /* 1: must be the same in the file, and is not filled from it */
};

/* The arrays of a training, the same list for writing and for restoring. */
struct checkpoint {
    int count;
    struct checkpoint_block blocks[CHECKPOINT_BLOCKS_MAX];
};

/* Appends an array; one of no bytes counts too. */
void checkpoint_add(struct checkpoint *, void *bytes, size_t size);

/* Appends what a checkpoint must have been written with to be of this training. */
void checkpoint_require(struct checkpoint *, const void *bytes, size_t size);

/* Writes PATH, whole or not at all. */
int checkpoint_write(const struct checkpoint *, const char *path, struct error *);

/* Fills the arrays from PATH and returns 1; or returns 0, with nothing touched, if there is no file, or one that is
 * damaged, has other sizes, or other bytes if they are required. */
int checkpoint_restore(const struct checkpoint *, const char *path);

#endif
