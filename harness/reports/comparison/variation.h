/* variation.h - the settings in which cells differ. Tables and legends name cells by these and leave out what all cells
 * share. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_VARIATION_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_VARIATION_H

#include "base/index.h"
#include "harness/reports/comparison/results.h"

enum { VARIATION_TEXT_SIZE = 1536 };

/* An option of a plug-in or, with an empty name, the plug-in itself. */
struct variation_option {
    int axis;    /* of the plug-in */
    int plugin;  /* the plug-in's position in the same array */
    char *value; /* the first cell's; owned */
    int texts;   /* number of distinct texts of the plug-in's options that have it */
    int varies;  /* 1: cells have different values, or some lack it (an option added later, at its default) */
};

struct variation {
    const struct results *results;
    /* For each axis, the run last: whether cells differ in it, and whether names show it. An axis that follows from
     * another, as the backward mode follows from the strategy, and the run are shown only if nothing else distinguishes
     * some cells, but a cell's budget is shown wherever it differs. The seed is never shown; a plug-in's options are
     * shown with the plug-in. */
    char varies[AXES_MAX + 1], shown[AXES_MAX + 1];
    int varying_count, varying[AXES_MAX + 1]; /* list of the axes that vary */
    int options[AXES_MAX + 1];                /* the axis with the plug-in's options; -1: not a plug-in */
    struct index names;                       /* "axis,plug-in,option": the option's position */
    struct variation_option *option;          /* (names.count) owned */
};

/* Finds what varies among the cells that finished. The results must outlive the variation. Fails if memory runs out;
 * there is then nothing to release. */
int variation_init(struct variation *, const struct results *, struct error *);
void variation_release(struct variation *); /* safe on a zeroed variation */

/* The cell's value of an axis, for a table: "0.25", "triplet{margin: 0.05}" with the options in which cells with that
 * plug-in differ. Like the functions below, cuts texts that are too long. */
void variation_value(const struct variation *, struct results_cell, int axis, char text[VARIATION_TEXT_SIZE]);
/* The same for a legend, which names the axis if the value alone is not clear: "batch size 64", "p = 0.25". */
void variation_label(const struct variation *, struct results_cell, int axis, char text[VARIATION_TEXT_SIZE]);
/* The title of a column of values: "image size, px". */
void variation_title(const struct variation *, int axis, char text[VARIATION_TEXT_SIZE]);

/* All that distinguishes the cell's setting from others: "random, p = 0.25, batch size 64"; "the only setting" if there
 * are no others. */
void variation_name(const struct variation *, struct results_cell, char text[VARIATION_TEXT_SIZE]);

/* Whether two cells agree in every varying axis with include[axis] = 1. Plug-ins agree if their options do too. */
int variation_agree(const struct variation *, struct results_cell, struct results_cell, const char *include);

/* Whether two values are equal as texts or as numbers. */
int variation_same(const char *, const char *);
/* Whether an axis follows from another (axes_follows). The run follows from none. */
int variation_follows(const struct results *, int axis, int from);

/* The cell's data set, if cells have different ones, else "": "cub", or "cub of demo" with the run's name if cells used
 * several packs of that name. */
void variation_data(const struct variation *, struct results_cell, char text[VARIATION_TEXT_SIZE]);

/* ---- options of plug-ins (variation_options.c) ---- */

/* An option in a text such as "margin=0.05 soft_margin=false". */
struct plugin_option {
    const char *name, *value; /* borrowed from the text, not terminated */
    int name_length, value_length;
};

/* Records the options of an axis's plug-ins, and which of them vary. Returns -1 if memory runs out. */
int variation_options_find(struct variation *, int axis);
/* Whether options of the axis's plug-ins vary. */
int variation_options_vary(const struct variation *, int axis);

/* Finds the next varying option in the text *at of a plug-in's options, and moves *at past it; returns 0 if there is
 * none. */
int variation_options_next(const struct variation *, int axis, const char *plugin, const char **at,
                           struct plugin_option *);

#endif
