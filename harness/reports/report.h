/* report.h - report.html, self-contained, and report.md beside it: plots, means over seeds, differences, what failed,
 * what is left out, and where the numbers come from. */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_H

#include "base/error.h"
#include "harness/reports/answer_budgets.h"

/* What is asked beside the rules. */
struct report_options {
    struct answer_budgets_wanted budgets;
    int refresh; /* seconds after which a browser is to load the page again; 0: never */
};

/* Draws the plots and writes both reports into the folder of the first source (count >= 1). */
int report_write(const struct results_source *, int count, const struct report_options *, struct error *);

#endif
