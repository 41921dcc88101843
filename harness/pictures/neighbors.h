/* neighbors.h - queries of an evaluation and the images nearest to them, from what a cell kept of each query
 * (harness/retrieval/query_file.h): nothing is computed again. */
#ifndef PARTGRAD_HARNESS_PICTURES_NEIGHBORS_H
#define PARTGRAD_HARNESS_PICTURES_NEIGHBORS_H

#include "datasets/pack.h"
#include "harness/pictures/tiles.h"
#include "harness/retrieval/query_file.h"

/* A cell's queries and the pack that they are of. */
struct cell_queries {
    struct query_file file;
    struct pack pack; /* zeroed until it is opened */
};

/* Opens FOLDER/queries of a cell. Fails if the cell kept none. */
int cell_queries_open(struct cell_queries *, const char *folder, struct error *);
/* Opens their pack. Fails, leaving it zeroed, if the pack is not the one that they are of. */
int cell_queries_open_pack(struct cell_queries *, const char *path, struct error *);
void cell_queries_release(struct cell_queries *); /* safe on zeroed ones */

/* The split of that name; NULL, and an error that names those which there are, if there is none. */
const struct query_split *cell_queries_split(const struct cell_queries *, const char *name, struct error *);

enum neighbors_order {
    NEIGHBORS_DRAWN, /* queries of drawn classes, one of each, in the order of the classes */
    NEIGHBORS_WORST, /* those of the smallest average precision, the worst first */
};

struct neighbors_request {
    enum neighbors_order order;
    int queries, nearest; /* so many, at most; of the nearest no more than QUERY_NEAREST */
    int seed;             /* that queries are drawn by */
};

struct neighbors {
    struct tiles tiles;                 /* a row for each query: itself, then the nearest */
    const struct query_record **record; /* (tiles.rows) in the file; owned array */
};

/* Of the queries that have an answer. Fails if there are none. Pack and split are a cell's (struct cell_queries).
 * Release also if this fails. */
int neighbors_choose(struct neighbors *, const struct pack *, const struct query_split *,
                     const struct neighbors_request *, struct error *);
void neighbors_release(struct neighbors *); /* safe on zeroed ones */

#endif
