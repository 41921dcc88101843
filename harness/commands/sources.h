/* sources.h - the runs named on a command line, as reports and comparisons want them. */
#ifndef PARTGRAD_HARNESS_COMMANDS_SOURCES_H
#define PARTGRAD_HARNESS_COMMANDS_SOURCES_H

#include "harness/reports/comparison/results.h"

struct sources {
    int count;
    struct results_source *source; /* (count) */
};

/* Of each folder, what was asked for at its last start; if it does not say, how many cells its experiment has; if that
 * cannot be read, nothing but the tables. Cuts slashes off the ends of the folders (count), which must outlive the
 * sources: results/demo/ is results/demo. */
int sources_open(struct sources *, char **folders, int count, struct error *);
void sources_release(struct sources *); /* safe on zeroed sources */

#endif
