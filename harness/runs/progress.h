/* progress.h - progress of a grid, on stderr: a view that is redrawn on a terminal, plain lines elsewhere. */
#ifndef PARTGRAD_HARNESS_RUNS_PROGRESS_H
#define PARTGRAD_HARNESS_RUNS_PROGRESS_H

#include "base/screen.h"
#include "harness/runs/view.h"

struct progress {
    int terminal; /* 1: the view is drawn */
    int quiet;    /* 1: say nothing */
    int total;    /* cells */
    int done;     /* of them, including those before this start */
    struct screen screen;
};

/* Starts with `done` of `total` cells done. */
struct progress progress_begin(int total, int done, int quiet);
/* Reports that a cell has ended, with one line about it; `left` seconds remain for all (NAN: not known). */
void progress_cell(struct progress *, const char *news, double left);
/* Shows the running cells; total and done of the view are replaced by the progress's own. */
void progress_running(struct progress *, const struct view *);
/* Removes the view. */
void progress_end(struct progress *);

#endif
