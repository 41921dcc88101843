/* npy_header.h - what a NumPy file holds, and its header: a Python dictionary that says what the elements are. */
#ifndef PARTGRAD_BASE_NPY_HEADER_H
#define PARTGRAD_BASE_NPY_HEADER_H

#include <stddef.h>

#include "base/error.h"
#include "base/file.h"

enum npy_kind {
    NPY_FLOAT,  /* of 2, 4 or 8 bytes */
    NPY_SIGNED, /* integers of 1, 2, 4 or 8 bytes */
    NPY_UNSIGNED,
    NPY_BOOL,   /* of 1 byte */
    NPY_STRING, /* of any number of bytes: NumPy's S and U */
};

enum { NPY_RANK_MAX = 2 };

/* An array in a file. */
struct npy {
    struct file_map map;
    enum npy_kind kind;
    size_t element_bytes;
    size_t unit_bytes; /* of the unit that big_endian applies to: a number, or a character of a string */
    int big_endian;
    int fortran;                /* 1: the first index runs fastest */
    int rank;                   /* 1 or 2 */
    size_t shape[NPY_RANK_MAX]; /* (rank); 1 behind it */
    const unsigned char *data;  /* the elements as they are stored, in the mapping; not always aligned */
    float *converted;           /* by npy_floats; owned */
};

/* Sets kind, element_bytes, big_endian, fortran, rank and shape from `text` (length), which need not end with NUL.
 * Reads whatever NumPy itself reads: keys in any order, either kind of quotes, blanks and line ends anywhere, every
 * name that numpy.dtype has for the types. Fails on anything but such a dictionary, on other types, and on more
 * dimensions. */
int npy_header_parse(struct npy *, const char *text, size_t length, struct error *);

#endif
