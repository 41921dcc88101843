/* ranking_search.h - the search behind ranking.h: what each query finds in the gallery.
 *
 * The queries are divided into tiles, which threads take one by one. A tile is compared with the whole gallery in
 * blocks small enough that similarities are still in cache when each query picks its candidates from them. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_RANKING_SEARCH_H
#define PARTGRAD_HARNESS_RETRIEVAL_RANKING_SEARCH_H

#include <stdint.h>

#include "base/error.h"
#include "harness/retrieval/cutoffs.h"
#include "harness/retrieval/ranked.h"
#include "harness/retrieval/row_similarity.h"

struct search {
    const struct cutoffs *at;
    struct ranked_set queries, gallery; /* the same if `itself` is set */
    struct rows query_rows, gallery_rows;
    int itself;                   /* 1: each query is left out of its own ranking */
    int exact_first;              /* 1: the rank of the first right image is wanted, however late it is */
    struct query_result *results; /* (queries.count); label and R are set before the search */
    int least;                    /* number of nearest that every query needs */
    int tile_rows, tile_count;
    int capacity;        /* candidates of a query */
    float *similarities; /* (threads, tile_rows, a block's columns) */
    float *scaled; /* (threads, tile_rows + a block's columns, dim) a tile's queries, and a block of the gallery */
    uint64_t *candidates;       /* (threads, tile_rows, capacity) */
    long (*found)[CUTOFFS_MAX]; /* (tile_count, at->count) images of the query's class among the K nearest */
};

/* Sizes the tiles and allocates the search's arrays; `largest` is the greatest R. The caller sets and releases sets and
 * rows. */
int search_init(struct search *, int largest, struct error *);
void search_release(struct search *); /* safe if init failed */

/* Fills results and found. */
void search_run(struct search *);

#endif
