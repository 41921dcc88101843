/* gnuplot.h - runs gnuplot, without a shell, and returns its error messages. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_GNUPLOT_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_GNUPLOT_H

#include <limits.h>
#include <stdio.h>

#include "base/error.h"

/* Finds the folder of plot templates: $PARTGRAD_PLOTS, else scripts/plots of the source tree, else the installed one.
 * Fails if there is none. */
int gnuplot_find_templates(char folder[PATH_MAX], struct error *);

/* Runs gnuplot in `folder`: first the statements `settings`, of any length, then the template NAME.gp of the folder
 * `templates`. Paths in the statements should be relative to `folder`, since gnuplot interprets some characters of file
 * names. The user's start-up files are not read. gnuplot is killed after `seconds`. Fails if it cannot be started, is
 * killed or exits with an error; the error has its last line of output. */
int gnuplot_run(const char *templates, const char *name, const char *folder, const char *settings, double seconds,
                struct error *);

/* Writes `text` as a gnuplot string on one line. */
void gnuplot_print_string(FILE *, const char *text);

#endif
