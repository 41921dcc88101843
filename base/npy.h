/* npy.h - NumPy's array files (format versions 1.0 to 3.0; numpy.lib.format describes them) of one or two dimensions,
 * in either byte order and either order of axes: floats become float32, integers and strings become labels. */
#ifndef PARTGRAD_BASE_NPY_H
#define PARTGRAD_BASE_NPY_H

#include <stdint.h>

#include "base/npy_header.h"

/* Maps a file and checks its header against its size. Fails on anything but the arrays above. */
int npy_open(struct npy *, const char *path, struct error *);
void npy_release(struct npy *); /* safe on a zeroed array */

/* *values = the elements of an array of floats as float32 (shape[0], shape[1]), rows one after the other; they last as
 * long as the array is open. Fails on other arrays, and on a number that float32 cannot hold: one beyond its range, or
 * a row of numbers that are all below it. */
int npy_floats(struct npy *, const float **values, struct error *);

/* ids (shape[0] * shape[1]) = a number for each element, from 0, the same for equal elements and for no others:
 * integers, booleans and strings alike are only names. Fails on floats. */
int npy_labels(const struct npy *, int *ids, struct error *);

/* The same for two arrays together: first the ids of the first array's elements, then those of the second's. Integers
 * of any kind are compared by value, strings by their characters. Fails if one has strings and the other numbers. */
int npy_labels_of_two(const struct npy arrays[2], int *ids, struct error *);

/* Writes (rows, columns) as float32. */
int npy_write_matrix(const char *path, const float *values, size_t rows, size_t columns, struct error *);
/* Writes (count) as int32. */
int npy_write_labels(const char *path, const int32_t *values, size_t count, struct error *);

#endif
