/* row_similarity.h - how alike two rows of embeddings are, for ranking: rows of any length and scale are compared
 * without a product that overflows, and rows that cannot be compared are named. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_ROW_SIMILARITY_H
#define PARTGRAD_HARNESS_RETRIEVAL_ROW_SIMILARITY_H

#include "base/error.h"

enum row_similarity {
    ROW_COSINE,    /* a.b / (|a| |b|): the rows' lengths do not count */
    ROW_DOT,       /* a.b */
    ROW_EUCLIDEAN, /* -|a - b| */
};
extern const char *const row_similarity_names[]; /* "cosine", "dot", "euclidean", NULL */

/* Rows that are about to be compared with each other. */
struct rows {
    const float *values; /* (count, dim); borrowed */
    int count, dim;
    enum row_similarity similarity;
    double *scale;        /* (count) what a query's values are multiplied by; of ROW_EUCLIDEAN the squared length */
    int zero_count;       /* rows of zeros alone. They have no direction, so their cosine with any row counts as 0 */
    int first_zero;       /* the first of them, or -1 */
    double gallery_scale; /* what all rows' values are multiplied by if queries meet them; 0: each row's own scale */
    int has_products;     /* 1: products of the rows' values are within a float's range */
};

/* Fails, naming the row (the first is row 0, as in NumPy), if a value is NaN or infinite. */
int rows_init(struct rows *, const float *values, int count, int dim, enum row_similarity, struct error *);
void rows_release(struct rows *); /* safe on zeroed rows */

/* queries (count, dim) = the rows from `first` on, scaled as rows_compare wants them: a positive factor of its own for
 * each query, which leaves its ranking alone. */
void rows_take_queries(const struct rows *, int first, int count, float *queries);

/* similarities (query_count, columns) of queries (query_count, dim) to the rows from `first` on, each query's times its
 * factor. The queries may be of another set of the same dim and similarity. One that is no greater than its query's
 * threshold (query_count) may be given as -INFINITY. `block` (columns, dim) is scratch. Runs on the calling thread. */
void rows_compare(const struct rows *, const float *queries, int query_count, int first, int columns,
                  const float *thresholds, float *block, float *similarities);

#endif
