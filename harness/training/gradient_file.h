/* gradient_file.h - whole gradients of batches in a file, projected: a header of numbers, then one row for each. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_FILE_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_FILE_H

#include <stddef.h>

#include "base/file.h"

struct gradient_file {
    size_t rows, size;
    const float *values; /* (rows, size), in the mapping */
    struct file_map map;
};

int gradient_file_write(const char *path, const float *values, size_t rows, size_t size, struct error *);
/* Fails if the file is torn, or has not so many rows. */
int gradient_file_open(struct gradient_file *, const char *path, size_t rows, struct error *);
void gradient_file_release(struct gradient_file *); /* safe on a zeroed one */

#endif
