/* gnuplot.h - the program that draws: started without a shell, and what it says brought back. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_GNUPLOT_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_GNUPLOT_H

#include <limits.h>
#include <stdio.h>

#include "base/error.h"

/* The folder of templates: $PARTGRAD_PLOTS, else beside the source tree's build folder, else where make install put
 * them. */
int gnuplot_find_templates(char folder[PATH_MAX], struct error *);

/* Runs the template NAME.gp of the folder `templates` in `folder`, after `settings`, which are statements of gnuplot,
 * however long. Files that they name are best named from `folder`, since gnuplot takes some names for more than names.
 * The user's own start-up files are not read. It is ended after `seconds`. Fails with what became of gnuplot, or with
 * the last line that it said. */
int gnuplot_run(const char *templates, const char *name, const char *folder, const char *settings, double seconds,
                struct error *);

/* `text` as a string of gnuplot on one line. */
void gnuplot_print_string(FILE *, const char *text);

#endif
