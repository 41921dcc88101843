/* layout.h - where the parts of a picture lie: sizes in points of the SVG (the PNG has twice as many pixels), ranges
 * and ticks of the axes, and labels moved off each other. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_LAYOUT_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_LAYOUT_H

#include "harness/reports/plots/figure.h"

struct layout {
    int columns, rows;    /* of panels */
    int width, height;    /* of the picture */
    int left, right, top; /* margins about all panels */
    int panel_width, panel_height;
    int between, below; /* two columns, two rows */
    int tick_count;
    double *ticks; /* (tick_count) x in values of the file, ascending; owned */
};

/* Measures the picture, sets the ranges of its panels and moves its labels. Fails if memory is out. */
int layout_make(struct layout *, struct figure *, struct error *);
void layout_release(struct layout *); /* safe on a zeroed layout */

/* Where a value lies in a panel, in points from its left and its lower edge. */
double layout_x(const struct layout *, const struct figure *, int panel, double x);
double layout_y(const struct layout *, const struct figure *, int panel, double y);

/* About how wide a text is. */
double layout_text_width(const char *text);

/* Moves labels that may be moved (layout_labels.c). */
void layout_place_labels(const struct layout *, struct figure *);

#endif
