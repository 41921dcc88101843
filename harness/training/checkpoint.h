/* checkpoint.h - the state of a training run in one file: arrays in a fixed order, with their sizes and a checksum, so
 * that a damaged file, or one of another training run, is recognized and ignored. */
#ifndef PARTGRAD_HARNESS_TRAINING_CHECKPOINT_H
#define PARTGRAD_HARNESS_TRAINING_CHECKPOINT_H

#include <stddef.h>

#include "base/error.h"

enum { CHECKPOINT_BLOCKS_MAX = 2048 };

struct checkpoint_block {
    void *bytes; /* (size); borrowed */
    size_t size;
    int required; /* 1: the file must have the same bytes; not filled from it */
};

/* The arrays of a training run; the same list for writing and restoring. */
struct checkpoint {
    int count;
    struct checkpoint_block blocks[CHECKPOINT_BLOCKS_MAX];
};

/* Appends an array, which may be empty. */
void checkpoint_add(struct checkpoint *, void *bytes, size_t size);

/* Appends bytes that must be the same in a file for it to belong to this training run. */
void checkpoint_require(struct checkpoint *, const void *bytes, size_t size);

/* Writes PATH; on failure leaves the old file. */
int checkpoint_write(const struct checkpoint *, const char *path, struct error *);

/* Fills the arrays from PATH and returns 1; or returns 0 and changes nothing, if there is no file, or if it is damaged,
 * has other sizes, or differs in required bytes. */
int checkpoint_restore(const struct checkpoint *, const char *path);

#endif
