/* row_similarity.h - similarity of two rows of embeddings, for ranking. Rows of any length and scale are compared
 * without overflow; rows that cannot be compared are reported. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_ROW_SIMILARITY_H
#define PARTGRAD_HARNESS_RETRIEVAL_ROW_SIMILARITY_H

#include "base/error.h"

enum row_similarity {
    ROW_COSINE,    /* a.b / (|a| |b|): the rows' lengths do not count */
    ROW_DOT,       /* a.b */
    ROW_EUCLIDEAN, /* -|a - b| */
};
extern const char *const row_similarity_names[]; /* "cosine", "dot", "euclidean", NULL */

/* Rows to be compared. */
struct rows {
    const float *values; /* (count, dim); borrowed */
    int count, dim;
    enum row_similarity similarity;
    double *scale;        /* (count) factor for a row used as a query; with ROW_EUCLIDEAN the squared length */
    int zero_count;       /* rows of zeros. They have no direction, so their cosine with any row counts as 0 */
    int first_zero;       /* the first of them, or -1 */
    double gallery_scale; /* factor for all rows when compared with queries; 0: each row's own scale */
    int has_products;     /* 1: products of the rows' values are within a float's range */
};

/* Fails if a value is NaN or infinite; the error has the row, counted from 0 as in NumPy. */
int rows_init(struct rows *, const float *values, int count, int dim, enum row_similarity, struct error *);
void rows_release(struct rows *); /* safe on zeroed rows */

/* queries (count, dim) = the rows from `first` on, scaled for rows_compare. Each query has its own positive factor,
 * which does not affect its ranking. */
void rows_take_queries(const struct rows *, int first, int count, float *queries);

/* similarities (query_count, columns) of queries (query_count, dim) and the rows from `first` on, times each query's
 * factor. The queries may come from another set with the same dim and similarity. A similarity not above its query's
 * threshold (query_count) may become -INFINITY. `block` (columns, dim) is scratch. Runs on the calling thread. */
void rows_compare(const struct rows *, const float *queries, int query_count, int first, int columns,
                  const float *thresholds, float *block, float *similarities);

#endif
