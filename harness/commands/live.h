/* live.h - a report that is rewritten while its run continues. */
#ifndef PARTGRAD_HARNESS_COMMANDS_LIVE_H
#define PARTGRAD_HARNESS_COMMANDS_LIVE_H

#include "harness/reports/report.h"

/* Writes the report of a run, into the folder of the options, about every so many seconds until the run has ended or a
 * signal arrives. Each page is complete and reloads itself in the browser; the last one does not. Prints the page's
 * name when it first exists. */
int live_report(char *folder, double every, struct report_options, struct error *);

#endif
