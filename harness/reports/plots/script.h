/* script.h - a figure as statements of gnuplot: assignments and data for scripts/plots/figure.gp, which lists them. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_SCRIPT_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_SCRIPT_H

#include "harness/reports/plots/layout.h"

/* Statements of gnuplot that end without a line feed, for an image `target` in the format "svg" or "png". Points have
 * their position among all points of the figure as hypertext. The caller frees; NULL if memory is out. */
char *script_make(const struct figure *, const struct layout *, const char *format, const char *target);

#endif
