/* query_figures.h - pictures of queries and their results: the cumulative match curve, and queries with the images
 * nearest to them. */
#ifndef PARTGRAD_HARNESS_REPORTS_QUERY_FIGURES_H
#define PARTGRAD_HARNESS_REPORTS_QUERY_FIGURES_H

#include "harness/reports/query_cells.h"
#include "harness/reports/comparison/variation.h"

enum { QUERY_FIGURES_MAX = 2 + QUERY_CELLS_MAX };

struct query_figure {
    const char *name; /* "plots/queries-rank": FOLDER/NAME.png is there, of a plot .svg and .csv too */
    char *caption, *alt;
    int is_plot;
};

struct query_figures {
    int count;
    struct query_figure figure[QUERY_FIGURES_MAX];
};

/* Draws into FOLDER/plots: the curve, and where images may be shown, the same drawn queries for each cell and the worst
 * queries of the first. What an earlier report left there of these is removed. */
int query_figures_draw(struct query_figures *, const struct query_cells *, const struct variation *, const char *folder,
                       struct error *);
void query_figures_release(struct query_figures *); /* safe on zeroed ones */

#endif
