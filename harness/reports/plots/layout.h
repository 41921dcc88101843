/* layout.h - the layout of a figure: sizes in points of the SVG (the PNG has twice as many pixels), ranges and ticks of
 * the axes, and label positions. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_LAYOUT_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_LAYOUT_H

#include "harness/reports/plots/figure.h"

struct layout {
    int columns, rows;    /* of panels */
    int width, height;    /* of the image */
    int left, right, top; /* margins around all panels */
    int panel_width, panel_height;
    int between, below; /* gaps between columns and between rows of panels */
    int tick_count;
    double *ticks; /* (tick_count) x in the files' units, ascending; owned */
};

/* Computes the layout, and sets the figure's ranges, steps and label positions. Fails if memory runs out. */
int layout_make(struct layout *, struct figure *, struct error *);
void layout_release(struct layout *); /* safe on a zeroed layout */

/* The position of a value in a panel, in points from its left or lower edge. */
double layout_x(const struct layout *, const struct figure *, int panel, double x);
double layout_y(const struct layout *, const struct figure *, int panel, double y);

/* The approximate width of a text, in points. */
double layout_text_width(const char *text);

/* Moves the labels that may be moved (enum figure_place); part of layout_make, in layout_labels.c. */
void layout_place_labels(const struct layout *, struct figure *);

#endif
