/* row_similarity.c - see row_similarity.h.
 *
 * Lengths are computed in double, where no float's square overflows or vanishes. Cosine divides each row by its length.
 * An inner product keeps the lengths of the ranked rows, so they share one factor, which is 1 unless they are enormous;
 * as a power of two it changes no digits. Distances are sums of squared differences, because |a|^2 - 2 a.b + |b|^2
 * would lose the digits that distinguish rows far from the origin. But if that expression minus its error bound is
 * already too large, the exact sum is not needed: a matrix product leaves it for the few rows that are near. */
#include "harness/retrieval/row_similarity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/isa.h"
#include "base/product.h"

const char *const row_similarity_names[] = {"cosine", "dot", "euclidean", NULL};

static const double SMALLEST_SQUARE = 0x1p-100; /* far above the range where squares of floats lose digits */

static const double LONGEST_IN_PRODUCTS = 0x1p60; /* no product of two such numbers overflows a float */

static const double FLOAT_ROUNDING = 0x1p-23; /* twice the relative error of one operation */

enum { LARGEST_EXPONENT = 100 }; /* of a row's length: the product with a query, shorter than 2, stays below 2^128 */

static const float *row_at(const struct rows *rows, int i)
{
    return rows->values + (size_t)i * (size_t)rows->dim;
}

/* NAN or infinity if one of the row's values is. */
static double row_length(const float *row, int dim)
{
    double square = 0;
    for (int k = 0; k < dim; k++) square += (double)row[k] * row[k];
    return sqrt(square);
}

static int refuse_value(const struct rows *rows, int i, struct error *error)
{
    const float *row = row_at(rows, i);
    int k = 0;
    while (k < rows->dim - 1 && isfinite(row[k])) k++;
    return error_set(error, "row %d of the embeddings (counting from 0) holds %s, at column %d", i,
                     isnan(row[k]) ? "NaN" : "infinity", k);
}

/* The power of two that scales a length into [1/2, 1). */
static double power_for(double length)
{
    int exponent;
    frexp(length, &exponent);
    return ldexp(1, -exponent);
}

static int find_scales(struct rows *rows, struct error *error)
{
    double longest = 0;
    for (int i = 0; i < rows->count; i++) {
        double length = row_length(row_at(rows, i), rows->dim);
        if (!isfinite(length)) return refuse_value(rows, i, error);
        if (length == 0 && rows->zero_count++ == 0) rows->first_zero = i;
        rows->scale[i] = rows->similarity == ROW_EUCLIDEAN ? length * length
                         : length == 0                     ? 1
                         : rows->similarity == ROW_COSINE  ? 1 / length
                                                           : power_for(length);
        longest = fmax(longest, length);
    }
    int exponent;
    frexp(longest, &exponent);
    rows->has_products = longest < LONGEST_IN_PRODUCTS;
    if (rows->similarity == ROW_DOT)
        rows->gallery_scale = exponent > LARGEST_EXPONENT ? ldexp(1, LARGEST_EXPONENT - exponent) : 1;
    return 0;
}

int rows_init(struct rows *rows, const float *values, int count, int dim, enum row_similarity similarity,
              struct error *error)
{
    *rows = (struct rows){.values = values, .count = count, .dim = dim, .similarity = similarity, .first_zero = -1};
    rows->scale = calloc((size_t)count + 1, sizeof *rows->scale);
    if (!rows->scale) return error_set(error, "not enough memory to rank %d embeddings", count);
    if (find_scales(rows, error) == 0) return 0;
    rows_release(rows);
    return -1;
}

void rows_release(struct rows *rows)
{
    free(rows->scale);
    *rows = (struct rows){0};
}

/* scaled (count, dim) = the rows from `first` on times `factor`, or times their own scale if that is 0. */
FOR_EACH_NARROW_ISA static void take(const struct rows *rows, int first, int count, double factor, float *scaled)
{
    for (int i = 0; i < count; i++) {
        const float *row = row_at(rows, first + i);
        double scale = factor > 0 ? factor : rows->scale[first + i];
        for (int k = 0; k < rows->dim; k++) *scaled++ = (float)(row[k] * scale);
    }
}

void rows_take_queries(const struct rows *rows, int first, int count, float *queries)
{
    take(rows, first, count, rows->similarity == ROW_EUCLIDEAN ? 1 : 0, queries);
}

/* For squares that do not fit a float. */
static double square_distance_wide(const float *a, const float *b, int dim)
{
    double sum = 0;
    for (int k = 0; k < dim; k++) sum += ((double)a[k] - b[k]) * ((double)a[k] - b[k]);
    return sum;
}

enum { LANES = 16 }; /* sums at once; always as many, so that vectors of any width give the same result */

FOR_EACH_NARROW_ISA static double square_distance(const float *a, const float *b, int dim)
{
    float sums[LANES] = {0};
    double sum = 0;
    int k = 0;
    for (; k + LANES <= dim; k += LANES)
        for (int lane = 0; lane < LANES; lane++) {
            float difference = a[k + lane] - b[k + lane];
            sums[lane] += difference * difference;
        }
    for (int lane = 0; k + lane < dim; lane++) sums[lane] += (a[k + lane] - b[k + lane]) * (a[k + lane] - b[k + lane]);
    for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum > SMALLEST_SQUARE && isfinite(sum) ? sum : square_distance_wide(a, b, dim);
}

/* Distances are halved, which changes no ranking, so that the largest distance of floats is a float. */
static double distance_factor(const struct rows *rows)
{
    return 0.5 / sqrt((double)rows->dim);
}

/* A squared distance whose computed similarity is certainly not above the threshold: larger than the threshold's by
 * enough to cover the rounding of square_distance, of the root and of a float. */
static double square_beyond(const struct rows *rows, float threshold)
{
    double distance = threshold / distance_factor(rows);
    return distance * distance * (1 + (rows->dim + 16) * FLOAT_ROUNDING);
}

/* Replaces products (columns) of a query with rows from `first` on by -INFINITY if the distance is certainly beyond,
 * else by 0. In any order of summation, the product's error is at most dim * FLOAT_ROUNDING / 2 times |a| |b|, which is
 * at most (|a|^2 + |b|^2) / 2, plus underflow. */
FOR_EACH_NARROW_ISA static void drop_far(const struct rows *rows, double query_square, double beyond, int first,
                                         int columns, float *products)
{
    double certain = 1 - (rows->dim + 8) * FLOAT_ROUNDING, vanished = rows->dim * 0x1p-120;
    const double *square = rows->scale + first;
    for (int j = 0; j < columns; j++) {
        double least = certain * (query_square + square[j]) - 2.0 * (double)products[j] - vanished;
        products[j] = least > beyond ? -INFINITY : 0;
    }
}

static void compare_distances(const struct rows *rows, const float *queries, int query_count, int first, int columns,
                              const float *thresholds, float *similarities)
{
    double factor = distance_factor(rows);
    int products = 0;
    for (int i = 0; i < query_count; i++) products |= rows->has_products && isfinite(thresholds[i]);
    if (products) product_of_rows(queries, query_count, row_at(rows, first), columns, rows->dim, similarities);
    for (int i = 0; i < query_count; i++, queries += rows->dim, similarities += columns) {
        double length = row_length(queries, rows->dim);
        if (products && isfinite(thresholds[i]) && length < LONGEST_IN_PRODUCTS)
            drop_far(rows, length * length, square_beyond(rows, thresholds[i]), first, columns, similarities);
        else
            memset(similarities, 0, (size_t)columns * sizeof *similarities);
        for (int j = 0; j < columns; j++)
            if (similarities[j] == 0)
                similarities[j] = (float)(-factor * sqrt(square_distance(queries, row_at(rows, first + j), rows->dim)));
    }
}

void rows_compare(const struct rows *rows, const float *queries, int query_count, int first, int columns,
                  const float *thresholds, float *block, float *similarities)
{
    if (rows->similarity == ROW_EUCLIDEAN) {
        compare_distances(rows, queries, query_count, first, columns, thresholds, similarities);
        return;
    }
    take(rows, first, columns, rows->gallery_scale, block);
    product_of_rows(queries, query_count, block, columns, rows->dim, similarities);
}
