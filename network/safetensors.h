/* safetensors.h - reads files of named arrays: an 8-byte length, a JSON header, and the arrays
 * (https://huggingface.co/docs/safetensors). */
#ifndef PARTGRAD_NETWORK_SAFETENSORS_H
#define PARTGRAD_NETWORK_SAFETENSORS_H

#include <jansson.h>

#include "base/error.h"
#include "base/file.h"

/* An open file. */
struct safetensors {
    const char *path; /* borrowed */
    struct file_map map;
    json_t *header; /* an object: one entry for each tensor */
    const unsigned char *data;
    size_t data_size;
};

/* Fails on other files; the error says what they are if their first bytes tell. */
int safetensors_open(struct safetensors *, const char *path, struct error *);
void safetensors_release(struct safetensors *); /* safe on a zeroed one */

/* values (count) = the tensor of that name as float32, from F16, BF16, F32 or F64. Fails on other types, and if its
 * data are not `count` elements inside the file. */
int safetensors_read(const struct safetensors *, const char *name, float *values, size_t count, struct error *);

#endif
