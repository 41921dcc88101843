/* progress.h - how far a grid is: a view that is drawn over and over on a terminal, plain lines elsewhere. On stderr.
 */
#ifndef PARTGRAD_HARNESS_RUNS_PROGRESS_H
#define PARTGRAD_HARNESS_RUNS_PROGRESS_H

#include "base/screen.h"
#include "harness/runs/view.h"

struct progress {
    int terminal; /* 1: the view is drawn */
    int quiet;    /* 1: say nothing */
    int total;    /* cells */
    int done;     /* of them, before this start too */
    struct screen screen;
};

struct progress progress_begin(int total, int done, int quiet);
/* A cell has ended, and all will have in so many seconds (NAN: not known); `news` is one line about it. */
void progress_cell(struct progress *, const char *news, double left);
/* The cells that run; total and done of the view are the progress's own. */
void progress_running(struct progress *, const struct view *);
void progress_end(struct progress *);

#endif
