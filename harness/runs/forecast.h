/* forecast.h - what cells will need: memory of their processes, and work relative to each other. */
#ifndef PARTGRAD_HARNESS_RUNS_FORECAST_H
#define PARTGRAD_HARNESS_RUNS_FORECAST_H

#include "harness/runs/grid.h"
#include "harness/training/loop_plan.h"

/* The last plan; zeroed at first. Consecutive cells whose plans cannot differ, such as those with other seeds, are
 * measured once. */
struct forecast {
    const struct cell *measured; /* whose plan this is; NULL: none yet */
    struct loop_plan plan;
};
/* Sets the plan to that of a cell. */
int forecast_cell(struct forecast *, const struct cell *, const char *data_folder, struct error *);

/* Resident bytes of a process that trains by this plan: its arrays, the embeddings of all splits, the libraries. */
size_t forecast_process_bytes(const struct loop_plan *);

/* The largest of these over all cells. Cells that cannot be planned, and will fail on their own, count as 0. */
size_t forecast_largest_bytes(const struct grid *, const char *data_folder);

/* Seconds of training at `rate` multiply-adds per second. */
double forecast_seconds(const struct loop_plan *, double rate);

/* The work of a cell relative to other cells of its experiment: passes of images through the network. */
double forecast_work(const struct cell *);

#endif
