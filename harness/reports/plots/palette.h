/* palette.h - how lines and points look in all plots of all reports: one table of colors, marks and dashes. A strategy
 * has the same color and mark in all of them. docs/design.md has the rules; tests/unit/test_palette.c proves them:
 * colors can be told apart by color-blind readers, and strategies by their marks alone, in gray. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_PALETTE_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_PALETTE_H

#include <stdio.h>

/* A color by its role: "#RRGGBB" on a light page and on a dark one. */
struct palette_color {
    const char *name; /* of the variable that templates know it by: "ink", NULL ends the table */
    const char *light, *dark;
};
enum palette_role {
    PALETTE_PAPER,
    PALETTE_INK,    /* titles and labels */
    PALETTE_FAINT,  /* explanations */
    PALETTE_BORDER, /* axes */
    PALETTE_GRID,
    PALETTE_PALE, /* lines that are there for comparison only */
    PALETTE_FULL,
    PALETTE_RANDOM,
    PALETTE_OTHERS, /* the first of PALETTE_HUES, for all else */
    PALETTE_ROLES = PALETTE_OTHERS + 5,
};
enum { PALETTE_HUES = PALETTE_ROLES - PALETTE_OTHERS, PALETTE_MARKS = 15, PALETTE_DASHES = 5 };
extern const struct palette_color palette_colors[PALETTE_ROLES + 1];

/* How a line and its points are drawn. */
struct look {
    int color; /* enum palette_role and above */
    int mark;  /* gnuplot's point type, 1 .. 15; 0: none */
    int dash;  /* gnuplot's dash type, 1 (solid) .. PALETTE_DASHES */
};

/* A strategy's look. `full` and `random` have looks that nothing else has; of the others the position in the registry
 * decides, so that one that is added at its end changes no other. A name that this program does not know gets one by
 * its letters. */
struct look palette_of_strategy(const char *name);

/* The looks of things that are no strategies, by their order. The first 13 differ in their marks, the first 65 in color
 * or mark. */
struct look palette_of_order(int order);

/* A shade between a light and a dark blue for 0 <= share <= 1, dark for 1: "#RRGGBB". The same on every page. */
void palette_shade(double share, char text[8]);
/* Whether black letters, not white ones, are read better on the color. */
int palette_is_light(const char *color);

/* As rules of CSS: what replaces each light color in an image on a dark page. */
void palette_print_dark(FILE *);

#endif
