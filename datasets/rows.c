/* rows.c - see rows.h. */
#include "datasets/rows.h"

#include <string.h>

#include "base/isa.h"

enum { SQUARE = 8 /* rows and columns of floats turned at once */ };

typedef float floats __attribute__((vector_size(SQUARE * sizeof(float)), aligned(sizeof(float))));
typedef unsigned char bytes __attribute__((vector_size(ROWS_BAND), aligned(1)));
typedef int floats_order __attribute__((vector_size(SQUARE * sizeof(int))));
typedef unsigned char bytes_order __attribute__((vector_size(ROWS_BAND)));

/* Shuffles two vectors; the indices count through both. Compilers have different names for it. */
#ifdef __clang__
#define SHUFFLE(order, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(order, a, b, ...) __builtin_shuffle(a, b, (order){__VA_ARGS__})
#endif

FOR_EACH_ISA static void widen(const unsigned char *restrict from, size_t count, float *restrict values)
{
    for (size_t i = 0; i < count; i++) values[i] = from[i];
}

void rows_widen(const unsigned char *from, size_t count, float *values)
{
    widen(from, count, values);
}

/* row = (what is there, if `add` says so) + the sum of weight[t] * rows[t]; `count` and `add` are constants wherever
 * this is compiled. */
WITHIN_EACH_ISA void sum_rows(float *restrict row, const float *restrict rows, size_t stride, const float *weight,
                              int count, int add, size_t width)
{
    for (size_t x = 0; x < width; x++) {
        float sum = weight[0] * rows[x];
        for (int t = 1; t < count; t++) sum += weight[t] * rows[(size_t)t * stride + x];
        row[x] = add ? row[x] + sum : sum;
    }
}

/* row (width) = the sum of weight[t] * rows[t] over t < count. */
WITHIN_EACH_ISA void combine(float *restrict row, const float *restrict rows, size_t stride, const float *weight,
                             int count, size_t width)
{
    int done = count < 4 ? count : 4;
    switch (done) {
    case 1:
        sum_rows(row, rows, stride, weight, 1, 0, width);
        break;
    case 2:
        sum_rows(row, rows, stride, weight, 2, 0, width);
        break;
    case 3:
        sum_rows(row, rows, stride, weight, 3, 0, width);
        break;
    default:
        sum_rows(row, rows, stride, weight, 4, 0, width);
    }
    for (; done + 2 <= count; done += 2)
        sum_rows(row, rows + (size_t)done * stride, stride, weight + done, 2, 1, width);
    if (done < count) sum_rows(row, rows + (size_t)done * stride, stride, weight + done, 1, 1, width);
}

FOR_EACH_ISA static void combine_band(const struct taps *taps, int from, const float *rows, int first, size_t stride,
                                      float *band)
{
    int last = taps->request.size - 1;
    for (int i = 0; i < ROWS_BAND; i++) {
        int at = from + i < last ? from + i : last;
        combine(band + (size_t)i * stride, rows + (size_t)(taps->first[at] - first) * stride, stride,
                taps->weight + (size_t)at * (size_t)taps->count, taps->count, stride);
    }
}

void rows_combine(const struct taps *taps, int from, const float *rows, int first, size_t stride, float *band)
{
    combine_band(taps, from, rows, first, stride, band);
}

/* Eight rows of eight floats to eight columns. */
WITHIN_EACH_ISA void turn_square(const float *rows, size_t stride, float *columns, size_t column_stride)
{
    floats a[SQUARE], b[SQUARE];
    for (int i = 0; i < SQUARE; i++) a[i] = *(const floats *)(const void *)(rows + (size_t)i * stride);
    for (int i = 0; i < SQUARE; i += 2) {
        b[i] = SHUFFLE(floats_order, a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        b[i + 1] = SHUFFLE(floats_order, a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < SQUARE; i += 4)
        for (int k = 0; k < 2; k++) {
            a[i + 2 * k] = SHUFFLE(floats_order, b[i + k], b[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            a[i + 2 * k + 1] = SHUFFLE(floats_order, b[i + k], b[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < SQUARE / 2; i++) {
        floats low = SHUFFLE(floats_order, a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        floats high = SHUFFLE(floats_order, a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
        *(floats *)(void *)(columns + (size_t)i * column_stride) = low;
        *(floats *)(void *)(columns + (size_t)(i + 4) * column_stride) = high;
    }
}

FOR_EACH_ISA static void turn(const float *restrict band, size_t stride, size_t width, float *restrict columns,
                              size_t column_stride)
{
    size_t whole = width / SQUARE * SQUARE;
    for (size_t y = 0; y < ROWS_BAND; y += SQUARE)
        for (size_t x = 0; x < whole; x += SQUARE)
            turn_square(band + y * stride + x, stride, columns + x * column_stride + y, column_stride);
    for (size_t x = whole; x < width; x++)
        for (size_t y = 0; y < ROWS_BAND; y++) columns[x * column_stride + y] = band[y * stride + x];
}

void rows_turn(const float *band, size_t stride, size_t width, float *columns, size_t column_stride)
{
    turn(band, stride, width, columns, column_stride);
}

/* Sixteen rows of sixteen to sixteen columns: rows half the square apart are interleaved four times. */
static inline void turn_bytes(const unsigned char *rows, size_t stride, bytes column[ROWS_BAND])
{
    enum { HALF = ROWS_BAND / 2 };
    bytes row[ROWS_BAND];
    for (int i = 0; i < ROWS_BAND; i++) column[i] = *(const bytes *)(rows + (size_t)i * stride);
    for (int round = 0; round < 4; round++) {
        memcpy(row, column, sizeof row);
        for (int i = 0; i < HALF; i++) {
            bytes a = row[i], b = row[i + HALF];
            column[2 * i] = SHUFFLE(bytes_order, a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            column[2 * i + 1] =
                SHUFFLE(bytes_order, a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
    }
}

void rows_turn_bytes(const unsigned char *restrict band, size_t stride, size_t width, size_t count,
                     unsigned char *restrict columns, size_t column_stride)
{
    bytes column[ROWS_BAND];
    for (size_t x = 0; x < width; x += ROWS_BAND) {
        size_t here = width - x < ROWS_BAND ? width - x : ROWS_BAND;
        turn_bytes(band + x, stride, column);
        for (size_t i = 0; i < here; i++) {
            unsigned char *to = columns + (x + i) * column_stride;
            if (count == ROWS_BAND)
                memcpy(to, &column[i], ROWS_BAND);
            else
                memcpy(to, &column[i], count);
        }
    }
}
