/* query_cells.h - the two cells whose queries a report shows: the best and the worst, or two that the user names. Reads
 * their kept queries and, if found, their packs. */
#ifndef PARTGRAD_HARNESS_REPORTS_QUERY_CELLS_H
#define PARTGRAD_HARNESS_REPORTS_QUERY_CELLS_H

#include "harness/pictures/neighbors.h"
#include "harness/reports/comparison/results.h"

enum { QUERY_CELLS_MAX = 2 };

/* What the user asks for. */
struct query_wanted {
    const char *data;                  /* folder of packs; NULL: do not look for packs */
    int pictures;                      /* 1: show images whatever their license */
    const char *pair[QUERY_CELLS_MAX]; /* names of two cells; both NULL: the best and the worst */
};

struct query_cell {
    struct results_cell cell;
    const char *role; /* "best", "worst", "first", "second" */
    struct cell_queries queries;
    const struct query_split *test; /* its queries of test classes; part of `queries` */
    int has_pack;
};

struct query_cells {
    int count; /* 0: no cell has kept queries, or there is a problem */
    struct query_cell cell[QUERY_CELLS_MAX];
    const struct metric *judge;   /* the metric that chose best and worst; NULL: the user named the cells */
    const char *license;          /* of the images, if it lets anybody show them; NULL: none is known */
    char problem[ERROR_SIZE];     /* why the queries of best and worst cannot be shown; "" if they can */
    char no_pack[ERROR_SIZE];     /* why a pack is missing; "" if none is */
    char no_pictures[ERROR_SIZE]; /* why no images are shown; "" if they are */
};

/* Chooses and opens the cells of the results. Best and worst share a data set and are chosen by recall@1 on validation
 * classes, if any cell measured it, else on test classes. `folder` is the report's; under results/reference no images
 * are shown. Fails if a cell that the user names does not exist or its queries cannot be read, or if wanted->pictures
 * cannot be satisfied. Release the cells then too. */
int query_cells_open(struct query_cells *, const struct results *, const struct query_wanted *, const char *folder,
                     struct error *);
void query_cells_release(struct query_cells *); /* safe on zeroed ones */

/* Writes the name of a class, or "class 17" without a pack. */
enum { QUERY_CLASS_SIZE = 256 };
void query_class_name(const struct query_cell *, int label, char text[QUERY_CLASS_SIZE]);

#endif
