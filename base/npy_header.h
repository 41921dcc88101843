/* npy_header.h - the header of a NumPy file: a Python dictionary that says what the elements are. For npy.c. */
#ifndef PARTGRAD_BASE_NPY_HEADER_H
#define PARTGRAD_BASE_NPY_HEADER_H

#include "base/npy.h"

/* Sets kind, element_bytes, big_endian, fortran, rank and shape from `text` (length), which need not end with NUL.
 * Reads whatever NumPy itself reads: keys in any order, either kind of quotes, blanks and line ends anywhere, every
 * name that numpy.dtype has for the types. Fails on what is not such a dictionary, and on other types and more
 * dimensions. */
int npy_header_parse(struct npy *, const char *text, size_t length, struct error *);

#endif
