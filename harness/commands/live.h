/* live.h - a report that is written again and again while its run goes on. */
#ifndef PARTGRAD_HARNESS_COMMANDS_LIVE_H
#define PARTGRAD_HARNESS_COMMANDS_LIVE_H

#include "harness/reports/report.h"

/* Writes the report of a run, into the folder that the options name, about every so many seconds until the run has
 * ended or a signal comes, each time whole, as a page that the browser loads again by itself; then once more as one
 * that stays. Prints the page's name when it is there for the first time. */
int live_report(char *folder, double every, struct report_options, struct error *);

#endif
