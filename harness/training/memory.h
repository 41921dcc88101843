/* memory.h - the memory of a training run by part: one table for `plan`, `bench` and the CSV columns. */
#ifndef PARTGRAD_HARNESS_TRAINING_MEMORY_H
#define PARTGRAD_HARNESS_TRAINING_MEMORY_H

#include <stddef.h>

#include "harness/training/update.h"

struct memory_part {
    const char *name, *summary;
    size_t offset; /* of its bytes in struct update_plan */
};
extern const struct memory_part memory_parts[]; /* ends with a NULL name */

/* Bytes of one part. */
size_t memory_part_bytes(const struct update_plan *, const struct memory_part *);
/* Bytes of all parts. */
size_t memory_tensor_bytes(const struct update_plan *);

/* Prints "weights 12.3 MiB ..." to stderr, one part per line. */
void memory_print(const struct update_plan *);

#endif
