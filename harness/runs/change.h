/* change.h - what it means for a run that its experiment file has changed. */
#ifndef PARTGRAD_HARNESS_RUNS_CHANGE_H
#define PARTGRAD_HARNESS_RUNS_CHANGE_H

#include "harness/runs/run.h"

/* Says on stderr which cells are new or gone since the experiment file `previous` (NULL: it is the same), and which
 * hold results of other settings, with the lines that differ. Says nothing where nothing is to be said. */
int change_show(const struct run *, const char *previous, struct error *);

#endif
