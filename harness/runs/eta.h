/* eta.h - estimates how long a run still takes from the time that its cells have taken so far.
 *
 * Cells of one kind, which differ only in their seeds, are assumed to take equally long; if little of a kind was
 * measured, the average of all cells counts too. The remaining work is assigned, in the grid's order, to the places
 * where cells run. As it uses what cells have written to files, the estimate is right as soon as a run is resumed. */
#ifndef PARTGRAD_HARNESS_RUNS_ETA_H
#define PARTGRAD_HARNESS_RUNS_ETA_H

#include "harness/runs/cell_progress.h"

enum eta_state {
    ETA_ABSENT,  /* will not run; its measured part counts */
    ETA_WAITING, /* will be run or resumed */
    ETA_RUNNING,
};

struct eta_cell {
    enum eta_state state;
    int kind;       /* 0 .. */
    double work;    /* of the whole cell, in any unit */
    double share;   /* of its work that is done, by the last finished epoch; 1: all */
    double next;    /* share that will be done after the current epoch */
    double seconds; /* spent on the share; NAN: not known */
    double since;   /* seconds since the share was recorded or the cell was started, whichever is later */
};

/* Seconds until the last of the cells (count) has ended, if `places` run at once; NAN if nothing was measured or
 * nothing runs (places 0). The current epoch counts in proportion to the time since the last one, but not as
 * finished. */
double eta_seconds(const struct eta_cell *, int count, int places);
/* The share of all cells' work that is done. */
double eta_share(const struct eta_cell *, int count);

/* Work and kind of a grid's cells (grid.count), in the state ETA_ABSENT; a new array that the caller frees. NULL if
 * memory runs out. */
struct eta_cell *eta_cells(const struct grid *, struct error *);
/* Sets a cell's state and progress. */
void eta_take(struct eta_cell *, enum eta_state, const struct cell_progress *);

#endif
