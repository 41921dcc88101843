/* report.h - report.html, self-contained, and report.md beside it: the answer, plots, means over seeds, differences,
 * what failed, what is left out, and where the numbers come from. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_H

#include "base/error.h"
#include "harness/reports/answer/answer_budgets.h"
#include "harness/reports/query_cells.h"

/* What the command line asks for. */
struct report_options {
    struct answer_budgets_wanted budgets;
    const char *folder; /* where it is written, made if it is not there; NULL: the first source's */
    int tables;         /* of report_tables_names: the tables alone, as tables.tex or tables.md */
    struct query_wanted queries;
    int refresh; /* seconds after which a browser is to load the page again; 0: never */
};
extern const char *const report_tables_names[]; /* "none", "latex", "markdown"; ends with NULL */

/* Draws the plots and writes what is asked for of the sources (count >= 1). */
int report_write(const struct results_source *, int count, const struct report_options *, struct error *);

#endif
