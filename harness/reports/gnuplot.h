/* gnuplot.h - the program that draws: started without a shell, and what it says brought back. */
#ifndef PARTGRAD_HARNESS_REPORTS_GNUPLOT_H
#define PARTGRAD_HARNESS_REPORTS_GNUPLOT_H

#include <limits.h>
#include <stdio.h>

#include "base/error.h"

/* The folder of templates: $PARTGRAD_PLOTS, else beside the source tree's build folder, else where make install put
 * them. */
int gnuplot_find_templates(char folder[PATH_MAX], struct error *);

/* Runs a template after `settings`, which are gnuplot statements; the user's own start-up files are not read. Fails
 * with the last line that gnuplot said. */
int gnuplot_run(const char *settings, const char *template, struct error *);

/* `text` as a string of gnuplot on one line. */
void gnuplot_print_string(FILE *, const char *text);

#endif
