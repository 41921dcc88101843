/* variation.h - the settings in which cells differ. Tables and legends name cells by these, and leave out what all have
 * in common. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_VARIATION_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_VARIATION_H

#include "base/index.h"
#include "harness/reports/comparison/results.h"

enum { VARIATION_TEXT_SIZE = 1536 };

/* An option of a plug-in; or, with an empty name, a plug-in itself. */
struct variation_option {
    int axis;    /* of the plug-in */
    int plugin;  /* its position in the same array */
    char *value; /* the first cell's; owned */
    int texts;   /* in how many of the different texts of the plug-in's options it is */
    int varies;  /* 1: others have other values, or do without it, as at the default of an option that came later */
};

struct variation {
    const struct results *results;
    /* For each axis, the run as the last: whether cells differ in it, and whether it tells them apart. One that follows
     * from another, as the backward mode does from the strategy, or the run, tells apart only what nothing else does
     * (but whose budget cells have is told where it differs);
     * the seed and a plug-in's options tell nothing, for the options are a part of the plug-in's name. */
    char varies[AXES_MAX + 1], shown[AXES_MAX + 1];
    int varying_count, varying[AXES_MAX + 1]; /* the axes that vary, as a list */
    int options[AXES_MAX + 1];                /* the axis with the options of that plug-in, -1: it is no plug-in */
    struct index names;                       /* "axis,plug-in,option": the option's position */
    struct variation_option *option;          /* (names.count) owned */
};

/* Finds what varies among the cells that finished; the results must outlive the variation. */
int variation_init(struct variation *, const struct results *, struct error *);
void variation_release(struct variation *); /* safe on a zeroed variation */

/* The cell's value of an axis as a table has it: "0.25", "triplet{margin: 0.05}" with the options in which cells of
 * that plug-in differ. */
void variation_value(const struct variation *, struct results_cell, int axis, char text[VARIATION_TEXT_SIZE]);
/* The same as a legend has it, which says what a number is of: "batch size 64", "p = 0.25". */
void variation_label(const struct variation *, struct results_cell, int axis, char text[VARIATION_TEXT_SIZE]);
/* What stands over a column of such values: "image size, px". */
void variation_title(const struct variation *, int axis, char text[VARIATION_TEXT_SIZE]);

/* All that tells the cell's setting from others: "random, p = 0.25, batch size 64"; "the only setting" if nothing
 * does. */
void variation_name(const struct variation *, struct results_cell, char text[VARIATION_TEXT_SIZE]);

/* Whether two cells agree in every axis that varies and for which include[axis] is 1. Plug-ins are equal if their
 * options are. */
int variation_agree(const struct variation *, struct results_cell, struct results_cell, const char *include);

/* Whether two values are the same text or the same number. */
int variation_same(const char *, const char *);
/* Whether an axis follows from another; the run follows from none. */
int variation_follows(const struct results *, int axis, int from);

/* The data that a cell's figures are of, as far as that tells them apart: "" if all cells' are the same; "cub", or
 * "cub of demo", by the run, if there is another pack of that name. */
void variation_data(const struct variation *, struct results_cell, char text[VARIATION_TEXT_SIZE]);

#endif
