/* npy.h - NumPy's array files (format versions 1.0 to 3.0; numpy.lib.format describes them): little-endian arrays in C
 * order, float32, int32 or int64, of one or two dimensions. */
#ifndef PARTGRAD_BASE_NPY_H
#define PARTGRAD_BASE_NPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/file.h"

enum npy_type { NPY_FLOAT32, NPY_INT32, NPY_INT64 };
enum { NPY_RANK_MAX = 2 };

/* An array read from a file. */
struct npy {
    struct file_map map;
    enum npy_type type;
    int rank;                   /* 1 or 2 */
    size_t shape[NPY_RANK_MAX]; /* (rank); 1 behind it */
    const void *data;           /* (shape[0], shape[1]) into the mapping */
};

/* Maps a file and checks its header against its size. Fails on anything but the arrays above, and on data that is not
 * aligned to its elements. */
int npy_open(struct npy *, const char *path, struct error *);
void npy_release(struct npy *); /* safe on a zeroed array */

/* Writes (rows, columns) as float32. */
int npy_write_matrix(const char *path, const float *values, size_t rows, size_t columns, struct error *);
/* Writes (count) as int32. */
int npy_write_labels(const char *path, const int32_t *values, size_t count, struct error *);

#endif
