/* view.h - progress of a run as lines for a terminal: a bar with the time left, and a line for each running cell. */
#ifndef PARTGRAD_HARNESS_RUNS_VIEW_H
#define PARTGRAD_HARNESS_RUNS_VIEW_H

#include "harness/runs/cell_progress.h"

/* A running cell. */
struct view_cell {
    const char *name;
    struct cell_progress progress;
    struct cell_curve curve; /* empty unless curves are shown */
};

struct view {
    int total, done; /* cells */
    double share;    /* of the work that is done, 0 .. 1 */
    double left;     /* seconds; NAN: not known */
    int curves;      /* 1: show recall@1 by epoch */
    int count;
    const struct view_cell *cells; /* (count) */
};

/* The lines, each with a newline, as a new string that the caller frees; NULL if memory runs out. All curves have the
 * same scale, from the smallest to the largest value, with block elements (UTF-8) if `blocks`. */
char *view_text(const struct view *, int blocks);

/* Seconds as "12:34" or "3 h 05 min"; "" for NAN. */
enum { VIEW_TIME_SIZE = 32 };
void view_format_time(double seconds, char text[VIEW_TIME_SIZE]);

#endif
