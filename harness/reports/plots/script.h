/* script.h - writes a figure as gnuplot statements: the variables and data that scripts/plots/figure.gp reads. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_SCRIPT_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_SCRIPT_H

#include "harness/reports/plots/layout.h"

/* The statements for an image file `target` in the format "svg" or "png". As hypertext, each point has its position
 * among all points of the figure (svg.h replaces it). The caller frees; NULL if memory runs out. */
char *script_make(const struct figure *, const struct layout *, const char *format, const char *target);

#endif
