/* query_figures.h - figures of queries and their results: recall@K by K, and queries with their nearest images. */
#ifndef PARTGRAD_HARNESS_REPORTS_QUERY_FIGURES_H
#define PARTGRAD_HARNESS_REPORTS_QUERY_FIGURES_H

#include "harness/reports/query_cells.h"
#include "harness/reports/comparison/variation.h"

enum { QUERY_FIGURES_MAX = 2 + QUERY_CELLS_MAX };

struct query_figure {
    const char *name; /* "plots/queries-rank": FOLDER/NAME.png exists, and for a plot .svg and .csv */
    char *caption, *alt;
    int is_plot;
};

struct query_figures {
    int count;
    struct query_figure figure[QUERY_FIGURES_MAX];
};

/* Draws into FOLDER/plots the curve and, if images may be shown, a random choice of queries, the same for each cell,
 * and the worst queries of the first cell. Removes such files of earlier reports first, and draws nothing if there are
 * no cells. Fails if a file cannot be drawn or memory runs out; release the figures then too. */
int query_figures_draw(struct query_figures *, const struct query_cells *, const struct variation *, const char *folder,
                       struct error *);
void query_figures_release(struct query_figures *); /* safe on zeroed ones */

#endif
