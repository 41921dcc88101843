/* ranking.h - retrieval metrics of a set of embeddings, every image once a query against all others of the set.
 *
 * With R = (images of the query's class) - 1, a query with R = 0 has no answer. Those are counted apart and every
 * metric is a mean over the others:
 *
 *   recall@K ....... 1 where one of the query's own class is among its K nearest, the query itself left out, else 0
 *   precision@K .... (own class among the K nearest) / K
 *   MAP@R, R-precision: Musgrave et al. 2020, "A Metric Learning Reality Check"
 *
 * Equal similarities are ranked by position. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_RANKING_H
#define PARTGRAD_HARNESS_RETRIEVAL_RANKING_H

#include <stdio.h>

#include "base/error.h"
#include "harness/retrieval/row_similarity.h"

enum { METRICS_RECALLS = 6 };
extern const int ranking_recall_at[METRICS_RECALLS]; /* 1, 2, 4, 8, 16, 32 */

struct ranking {
    enum row_similarity similarity;    /* what the rows were ranked by */
    int queries;                       /* images that have an answer; at least 1 */
    int unanswered;                    /* images that are the only one of their class */
    int zero_count, first_zero;        /* rows of zeros alone, and the first of them or -1 (row_similarity.h) */
    double recall[METRICS_RECALLS];    /* fractions 0 .. 1, like all that follow */
    double precision[METRICS_RECALLS]; /* at the same K */
    double map_at_r;
    double r_precision;
};

enum { METRICS_UNANSWERABLE = -2 };

/* embeddings (count, dim), labels (count). Memory beside them is linear in count; tiles run on OpenBLAS, all threads;
 * the numbers do not depend on how many. Fails on count or dim below 1, on rows that cannot be compared (rows_init), on
 * memory that is not there; with METRICS_UNANSWERABLE where no query has an answer. */
int ranking_measure(struct ranking *, const float *embeddings, const int *labels, int count, int dim,
                    enum row_similarity, struct error *);
/* The same, but only the first `queries` rows are queries; all rows are the gallery that they are searched for in. */
int ranking_measure_first(struct ranking *, const float *embeddings, const int *labels, int queries, int count, int dim,
                          enum row_similarity, struct error *);

/* Prints one metric a line, as `embed` and `evaluate` do: "recall@1 0.7308", ..., "MAP@R 0.2784", "R-precision 0.3961",
 * "queries 5924", "unanswered 0", "similarity cosine". */
void ranking_print(const struct ranking *, FILE *);

#endif
