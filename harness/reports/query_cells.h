/* query_cells.h - the two cells whose queries a report shows: the best and the worst, or two that are asked for, with
 * what they kept of each query, and their pack if it is there. */
#ifndef PARTGRAD_HARNESS_REPORTS_QUERY_CELLS_H
#define PARTGRAD_HARNESS_REPORTS_QUERY_CELLS_H

#include "harness/pictures/neighbors.h"
#include "harness/reports/comparison/results.h"

enum { QUERY_CELLS_MAX = 2 };

/* What is asked for. */
struct query_wanted {
    const char *data;                  /* folder of packs; NULL: none is looked for */
    int pictures;                      /* 1: show images whatever their license says */
    const char *pair[QUERY_CELLS_MAX]; /* names of two cells; NULL: the best and the worst */
};

struct query_cell {
    struct results_cell cell;
    const char *role; /* "best", "worst", "first", "second" */
    struct cell_queries queries;
    const struct query_split *test; /* its test classes, in `queries` */
    int has_pack;
};

struct query_cells {
    int count; /* 0: no cell has kept queries */
    struct query_cell cell[QUERY_CELLS_MAX];
    const struct metric *judge;   /* by which best and worst were chosen; NULL: they were asked for */
    const char *license;          /* of the images, if anybody may show them; NULL: none is known */
    char problem[ERROR_SIZE];     /* why the queries of best and worst cannot be shown; "" where they can */
    char no_pack[ERROR_SIZE];     /* why there is no pack; "" where there is */
    char no_pictures[ERROR_SIZE]; /* why no images are shown; "" where they are */
};

/* Of the results, which must outlive it; `folder` is where the report will be: under results/reference no images are
 * shown. Best and worst are of one data set, by recall@1 on validation classes if there are any, else on test classes.
 * Fails if a cell that is asked for is not there, if what it kept cannot be read, or if images are asked for that
 * cannot be shown there. */
int query_cells_open(struct query_cells *, const struct results *, const struct query_wanted *, const char *folder,
                     struct error *);
void query_cells_release(struct query_cells *); /* safe on zeroed ones */

/* The name of a class, or "class 17" where there is no pack. */
enum { QUERY_CLASS_SIZE = 256 };
void query_class_name(const struct query_cell *, int label, char text[QUERY_CLASS_SIZE]);

#endif
