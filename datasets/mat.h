/* mat.h - reads cell and struct arrays of MAT files, level 5, compressed or not (MathWorks, "MAT-File Format"). Only
 * mat.c includes zlib's header.
 *
 * We do not use matio: version 1.5 trusts the sizes that a file declares, so that a file of 750 bytes makes it allocate
 * 10 GB. Here every array is checked against the bytes that are there. */
#ifndef PARTGRAD_DATASETS_MAT_H
#define PARTGRAD_DATASETS_MAT_H

#include <stddef.h>

#include "base/error.h"

enum {
    MAT_BYTES_MAX = 16 << 20, /* of a whole file, inflated; annotations of 16,185 images take 7 MB */
    MAT_TEXT_SIZE = 256,
};

/* A file's variables, one after another, uncompressed. */
struct mat {
    unsigned char *bytes; /* (size); owned */
    size_t size;
};

/* 1 if a file that begins with these bytes is a MAT file of any version: 4, 5, or 7.3, which is HDF5. */
int mat_is_one(const void *bytes, size_t size);

/* Takes a file held in memory, which need not outlive the call. Fails on levels other than 5; the error says which it
 * is. */
int mat_init(struct mat *, const void *bytes, size_t size, struct error *);
void mat_release(struct mat *); /* safe on a zeroed one */

/* Bytes inside of a struct mat. */
struct mat_span {
    const unsigned char *bytes; /* (size) */
    size_t size;
};

/* A variable that is a cell array, or a struct array. */
enum mat_kind { MAT_CELLS, MAT_STRUCTS };

struct mat_array {
    int count;
    int field_count;         /* 1 for cells */
    size_t name_bytes;       /* of one field's name, with NULs behind it */
    struct mat_span names;   /* (field_count, name_bytes) */
    struct mat_span *values; /* (count, field_count); owned, leading into the struct mat */
};

/* Finds a variable. Fails if there is none of that name and kind, or it is damaged. */
int mat_array_init(struct mat_array *, const struct mat *, const char *name, enum mat_kind, struct error *);
void mat_array_release(struct mat_array *); /* safe on a zeroed array */

/* Element i, or its field if `field` is not NULL, as a text of one row without control characters, or as a single
 * finite number of any type. They return -1 if it is anything else or missing. */
int mat_text(const struct mat_array *, int i, const char *field, char text[MAT_TEXT_SIZE]);
int mat_number(const struct mat_array *, int i, const char *field, double *number);

#endif
