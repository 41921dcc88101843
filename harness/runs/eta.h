/* eta.h - how long a run still takes, from how long its cells have taken so far.
 *
 * Cells of a kind, which differ by their seeds alone, take equally long; if little of them was measured, what all
 * cells took together counts too. What is left is then
 * dealt out to the places where cells run, in the grid's order. As it rests on what cells wrote down, it is right at
 * once if a run is resumed. */
#ifndef PARTGRAD_HARNESS_RUNS_ETA_H
#define PARTGRAD_HARNESS_RUNS_ETA_H

#include "harness/runs/cell_progress.h"

enum eta_state {
    ETA_ABSENT,  /* not to be waited for; what was measured of it counts */
    ETA_WAITING, /* to be run, or to be resumed */
    ETA_RUNNING,
};

struct eta_cell {
    enum eta_state state;
    int kind;       /* 0 .. */
    double work;    /* of the whole cell, in any unit */
    double share;   /* of its work that is done, by the last epoch that has ended; 1 of one that is done */
    double next;    /* that will be done by the end of the epoch under way */
    double seconds; /* that the share took; NAN: not known */
    double since;   /* seconds since it was written down, or since the cell was started, whichever is later */
};

/* Seconds until the last of the cells (count) has ended, if so many run at once; NAN if nothing was measured, or
 * nothing runs (places 0). An epoch under way counts as far as the time since the last one says, but not as ended. */
double eta_seconds(const struct eta_cell *, int count, int places);
/* Of the work of all cells, what is done. */
double eta_share(const struct eta_cell *, int count);

/* Work and kind of a grid's cells (grid.count), all of them absent; a new array that the caller frees. NULL if
 * memory is out. */
struct eta_cell *eta_cells(const struct grid *, struct error *);
/* What a cell has come to. */
void eta_take(struct eta_cell *, enum eta_state, const struct cell_progress *);

#endif
