/* neighbors.h - queries of an evaluation and their nearest images, from the file that a cell kept
 * (harness/retrieval/query_file.h); nothing is computed again. */
#ifndef PARTGRAD_HARNESS_PICTURES_NEIGHBORS_H
#define PARTGRAD_HARNESS_PICTURES_NEIGHBORS_H

#include "datasets/pack.h"
#include "harness/pictures/tiles.h"
#include "harness/retrieval/query_file.h"

/* A cell's queries and their pack. */
struct cell_queries {
    struct query_file file;
    struct pack pack; /* zeroed until cell_queries_open_pack */
};

/* Opens FOLDER/queries of a cell. Fails if the cell kept none. */
int cell_queries_open(struct cell_queries *, const char *folder, struct error *);
/* Opens the pack. Fails, leaving it zeroed, if it is not the pack that the queries come from. */
int cell_queries_open_pack(struct cell_queries *, const char *path, struct error *);
void cell_queries_release(struct cell_queries *); /* safe on zeroed ones */

/* The split of that name; if there is none, NULL and an error that lists the splits. */
const struct query_split *cell_queries_split(const struct cell_queries *, const char *name, struct error *);

enum neighbors_order {
    NEIGHBORS_DRAWN, /* one query from each of some random classes, in the order of the classes */
    NEIGHBORS_WORST, /* queries with the smallest average precision, the worst first */
};

struct neighbors_request {
    enum neighbors_order order;
    int queries, nearest; /* at most so many; nearest <= QUERY_NEAREST */
    int seed;             /* of the random choice */
};

struct neighbors {
    struct tiles tiles;                 /* a row for each query: itself, then the nearest */
    const struct query_record **record; /* (tiles.rows) in the file; owned array */
};

/* Chooses among the queries that have an answer. Fails if there are none. Pack and split come from struct cell_queries.
 * Call neighbors_release even if this fails. */
int neighbors_choose(struct neighbors *, const struct pack *, const struct query_split *,
                     const struct neighbors_request *, struct error *);
void neighbors_release(struct neighbors *); /* safe on zeroed ones */

#endif
