/* ranking.h - retrieval metrics of a set of embeddings, every image once a query against all others of the set.
 *
 * recall@K: share of queries with one of their own class among their K nearest by inner product, the query itself left
 * out. MAP@R and R-precision: Musgrave et al. 2020, "A Metric Learning Reality Check", with R = (images of the query's
 * class) - 1; queries with R = 0 have no answer and count 0 in recall and precision, and are left out of MAP@R and
 * R-precision. Equal similarities are ranked by position. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_RANKING_H
#define PARTGRAD_HARNESS_RETRIEVAL_RANKING_H

#include <stdio.h>

#include "base/error.h"

enum { EVALUATE_RECALLS = 6 };
extern const int evaluate_recall_at[EVALUATE_RECALLS]; /* 1, 2, 4, 8, 16, 32 */

struct evaluation {
    int count;                          /* queries */
    double recall[EVALUATE_RECALLS];    /* fractions 0 .. 1, like all that follow */
    double precision[EVALUATE_RECALLS]; /* precision@K: mean over queries of (own class among the K nearest) / K */
    double map_at_r;                    /* 0 where no query has an answer */
    double r_precision;                 /* likewise */
};

/* embeddings (count, dim) finite rows, used as they are; labels (count). Memory beside them is linear in count; tiles
 * run on OpenBLAS, all threads; the numbers do not depend on how many. Fails on count or dim below 1, values that are
 * not finite, memory that is not there. */
int evaluate_retrieval(const float *embeddings, const int *labels, int count, int dim, struct evaluation *,
                       struct error *);

/* Prints one metric a line, as `embed` and `evaluate` do: "recall@1 0.7308", ..., "MAP@R 0.2784", "R-precision 0.3961".
 */
void evaluation_print(const struct evaluation *, FILE *);

#endif
