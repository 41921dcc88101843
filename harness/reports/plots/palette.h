/* palette.h - colors, marks and dashes of all plots. A strategy has the same color and mark in every plot.
 * docs/design.md has the rules, and tests/unit/test_palette.c checks them: color-blind readers can distinguish the
 * colors, and strategies differ by mark in grayscale too. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_PALETTE_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_PALETTE_H

#include <stdio.h>

/* A color of a role: "#RRGGBB" for light and dark pages. */
struct palette_color {
    const char *name; /* of the variable in plot templates: "ink"; NULL ends the table */
    const char *light, *dark;
};
enum palette_role {
    PALETTE_PAPER,
    PALETTE_INK,    /* titles and labels */
    PALETTE_FAINT,  /* explanations */
    PALETTE_BORDER, /* axes */
    PALETTE_GRID,
    PALETTE_PALE, /* lines for comparison only */
    PALETTE_FULL,
    PALETTE_RANDOM,
    PALETTE_OTHERS, /* the first of PALETTE_HUES for everything else */
    PALETTE_ROLES = PALETTE_OTHERS + 5,
};
enum { PALETTE_HUES = PALETTE_ROLES - PALETTE_OTHERS, PALETTE_MARKS = 15, PALETTE_DASHES = 5 };
extern const struct palette_color palette_colors[PALETTE_ROLES + 1];

/* How a line and its points are drawn. */
struct look {
    int color; /* enum palette_role; PALETTE_OTHERS + 0 .. PALETTE_HUES - 1 for the hues */
    int mark;  /* gnuplot's point type, 1 .. 15; 0: none */
    int dash;  /* gnuplot's dash type, 1 (solid) .. PALETTE_DASHES */
};

/* A strategy's look. `full` and `random` have looks of their own; for other strategies the position in the registry
 * decides, so a strategy added at the end changes no other. For unknown names, a hash of the name decides. */
struct look palette_of_strategy(const char *name);

/* The look of anything else, by its position. The first 13 differ in mark, the first 65 in color or mark. */
struct look palette_of_order(int order);

/* Writes a blue, "#RRGGBB", from light (share 0) to dark (share 1). It is the same on light and dark pages. */
void palette_shade(double share, char text[8]);
/* Whether black letters are easier to read on the color than white ones. */
int palette_is_light(const char *color);

/* Writes CSS rules that replace each color of light pages by that of dark pages. */
void palette_print_dark(FILE *);

#endif
