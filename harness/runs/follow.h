/* follow.h - looks at a run again and again while it continues, wherever its cells run. */
#ifndef PARTGRAD_HARNESS_RUNS_FOLLOW_H
#define PARTGRAD_HARNESS_RUNS_FOLLOW_H

#include "harness/runs/outlook.h"

/* Called at each look; `is_last` is 1 if no other look follows. Returns 0, or -1 with the error set, which ends
 * following. */
typedef int follow_look(void *context, const struct run *, const struct outlook *, int is_last, struct error *);

/* Opens the run in the folder and calls `look`, about every so many seconds, until the run has ended or one of
 * interrupt.h's signals arrives; these stay held when it returns. Rests longer if a look takes long, as looking takes
 * processor time from the cells. Returns 0, or -1 with the error set. */
int follow_run(const char *folder, double every, follow_look *look, void *context, struct error *);

#endif
