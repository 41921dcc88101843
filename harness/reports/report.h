/* report.h - report.html, self-contained, and report.md beside it: plots, aggregated numbers, what failed, and where.
 */
#ifndef PARTGRAD_HARNESS_REPORTS_REPORT_H
#define PARTGRAD_HARNESS_REPORTS_REPORT_H

#include "base/error.h"

/* Draws the plots and writes both reports into the first of the run folders (count >= 1). */
int report_write(char *const *folders, int count, struct error *);

#endif
