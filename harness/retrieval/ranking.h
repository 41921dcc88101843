/* ranking.h - retrieval metrics. Each query ranks a gallery, which is a separate set, or the queries themselves, each
 * against all the others.
 *
 * Let R be the number of images of the query's class in the gallery, itself not counted. A query with R = 0 has no
 * answer. Those are counted separately, and every metric is a mean over the others:
 *
 *   recall@K ....... 1 if one of the query's own class is among its K nearest, else 0
 *   precision@K .... (own class among the K nearest) / K
 *   MAP@R, R-precision: Musgrave et al. 2020, "A Metric Learning Reality Check"
 *
 * Class-averaged metrics take the mean over each class's queries and then over the classes that have an answer, so that
 * large classes count no more than small ones. Equal similarities are ranked by position. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_RANKING_H
#define PARTGRAD_HARNESS_RETRIEVAL_RANKING_H

#include <stdio.h>

#include "base/error.h"
#include "base/listing.h"
#include "harness/retrieval/cutoffs.h"
#include "harness/retrieval/ranked.h"
#include "harness/retrieval/row_similarity.h"

struct ranking_request {
    struct ranked_set queries;
    const struct ranked_set *gallery; /* NULL: the queries themselves, each left out of its own ranking */
    int own_rows;                     /* 1: query i is also the gallery's row i, and is left out of its own ranking */
    int dim;
    enum row_similarity similarity;
    const struct cutoffs *at;     /* K of recall@K and precision@K; NULL: cutoffs_default */
    struct query_result *results; /* (queries.count), to be filled; NULL: not wanted */
};

/* Number of rows that are all zeros, and the first of them or -1 (row_similarity.h). */
struct zero_rows {
    int count, first;
};

struct ranking {
    enum row_similarity similarity; /* what the rows were ranked by */
    int queries;                    /* images that have an answer; at least 1 */
    int unanswered;                 /* images without one */
    int classes;                    /* of the queries that have an answer */
    struct zero_rows query_zeros;
    struct zero_rows gallery_zeros; /* the same if there is no other gallery */
    struct cutoffs at;
    double recall[CUTOFFS_MAX];    /* (at.count) fractions 0 .. 1, like all that follow */
    double precision[CUTOFFS_MAX]; /* (at.count) */
    double map_at_r, r_precision;
    double class_recall_at_1, class_map_at_r; /* class-averaged */
};

enum { METRICS_UNANSWERABLE = -2 };

/* Memory besides the embeddings is linear in the number of queries. Runs on OpenBLAS and all threads; the numbers do
 * not depend on how many. If `results` are wanted, queries without an image of their class among the nearest cost a
 * second pass over the gallery. Fails on an empty set or dim < 1, on rows that cannot be compared (rows_init), and if
 * memory runs out; returns METRICS_UNANSWERABLE if no query has an answer. */
int ranking_measure(struct ranking *, const struct ranking_request *, struct error *);

/* recall@K for one of the cutoffs. */
double ranking_recall(const struct ranking *, int k);

/* Prints one metric a line, as `embed` and `evaluate` do: "recall@1 0.7308", ..., "precision@1 ...", "MAP@R 0.2784",
 * "R-precision 0.3961", "class_recall_at_1 0.7291", "class_map_at_r 0.2770", "queries 5924", "unanswered 0", "classes
 * 100", "similarity cosine". */
void ranking_print(const struct ranking *, FILE *);
/* The same as one row of a listing: "recall_at_1", "map_at_r" ... */
void ranking_list(const struct ranking *, struct listing *);
/* As ranking_print does, or as CSV or JSON. */
int ranking_show(const struct ranking *, enum listing_format, FILE *, struct error *);

#endif
