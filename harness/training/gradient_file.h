/* gradient_file.h - a file of projected whole gradients of batches: a header of numbers, then one row for each. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_FILE_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_FILE_H

#include <stddef.h>

#include "base/file.h"

struct gradient_file {
    size_t rows, size;
    const float *values; /* (rows, size), in the mapping */
    struct file_map map;
};

/* Writes values (rows, size); on failure leaves no file. */
int gradient_file_write(const char *path, const float *values, size_t rows, size_t size, struct error *);
/* Fails if the file is damaged or has another number of rows. */
int gradient_file_open(struct gradient_file *, const char *path, size_t rows, struct error *);
void gradient_file_release(struct gradient_file *); /* safe on a zeroed one */

#endif
