/* sources.h - the runs on a command line, in the form that reports and comparisons take. */
#ifndef PARTGRAD_HARNESS_COMMANDS_SOURCES_H
#define PARTGRAD_HARNESS_COMMANDS_SOURCES_H

#include "harness/reports/comparison/results.h"

struct sources {
    int count;
    struct results_source *source; /* (count) */
};

/* Reads for each folder what its last start asked for; if that is not recorded, how many cells its experiment has; if
 * that cannot be read, only the tables count. Cuts trailing slashes from the folders (count), which must outlive the
 * sources: results/demo/ becomes results/demo. */
int sources_open(struct sources *, char **folders, int count, struct error *);
void sources_release(struct sources *); /* safe on zeroed sources */

#endif
