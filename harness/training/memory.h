/* memory.h - what a training takes, by part: one table for `plan`, `bench` and the CSV columns. */
#ifndef PARTGRAD_HARNESS_TRAINING_MEMORY_H
#define PARTGRAD_HARNESS_TRAINING_MEMORY_H

#include <stddef.h>

#include "harness/training/update.h"

struct memory_part {
    const char *name, *summary;
    size_t offset; /* of its bytes in struct update_plan */
};
extern const struct memory_part memory_parts[]; /* ends with a NULL name */

size_t memory_part_bytes(const struct update_plan *, const struct memory_part *);
/* Of all parts. */
size_t memory_tensor_bytes(const struct update_plan *);

/* "weights 12.3 MiB, gradients ...", one part a line, to stderr. */
void memory_print(const struct update_plan *);

#endif
