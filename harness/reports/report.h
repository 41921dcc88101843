/* report.h - writes report.html, which is self-contained, and report.md: the answer, plots, means over seeds,
 * differences, failures, what is left out, and where the numbers come from. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_H

#include "base/error.h"
#include "harness/reports/answer/answer_budgets.h"
#include "harness/reports/query_cells.h"

/* What the command line asks for. */
struct report_options {
    struct answer_budgets_wanted budgets;
    const char *folder; /* where it is written; NULL: the first source's folder */
    int tables;         /* position in report_tables_names: also write the tables alone, as tables.tex or tables.md */
    struct query_wanted queries;
    int refresh; /* seconds after which a browser reloads the page; 0: never */
};
extern const char *const report_tables_names[]; /* "none", "latex", "markdown"; ends with NULL */

/* Writes the report of the sources (count >= 1) into the folder: report.html, report.md, answer.json, plots/ and, if
 * asked for, the tables. Each file is complete or absent. Fails if a source cannot be read, a plot cannot be drawn, a
 * file cannot be written, or memory runs out. */
int report_write(const struct results_source *, int count, const struct report_options *, struct error *);

#endif
