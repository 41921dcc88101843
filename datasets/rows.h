/* rows.h - the inner loops of scaling. Whole rows are combined, which suits vector instructions, in bands of ROWS_BAND
 * rows, and bands are transposed. The same bits on every CPU. */
#ifndef PARTGRAD_DATASETS_ROWS_H
#define PARTGRAD_DATASETS_ROWS_H

#include <stddef.h>

#include "datasets/taps.h"

enum { ROWS_BAND = 16 /* floats, or bytes, of one column: as many as one store writes */ };

/* Converts `count` bytes to floats. */
void rows_widen(const unsigned char *bytes, size_t count, float *values);

/* band (ROWS_BAND, stride) = rows [from, from + ROWS_BAND) of the scaled plane, repeating the last if there are fewer.
 * rows (.., stride) begin with the source's row `first`. */
void rows_combine(const struct taps *, int from, const float *rows, int first, size_t stride, float *band);

/* The first `width` columns of a band (ROWS_BAND, stride) become rows of columns (width, column_stride). */
void rows_turn(const float *band, size_t stride, size_t width, float *columns, size_t column_stride);

/* The same for bytes, of which the first `count` rows of the band are wanted; `stride` is a multiple of ROWS_BAND. */
void rows_turn_bytes(const unsigned char *band, size_t stride, size_t width, size_t count, unsigned char *columns,
                     size_t column_stride);

#endif
