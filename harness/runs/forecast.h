/* forecast.h - what cells will take: memory of their processes, work in relation to each other. */
#ifndef PARTGRAD_HARNESS_RUNS_FORECAST_H
#define PARTGRAD_HARNESS_RUNS_FORECAST_H

#include "harness/runs/grid.h"
#include "harness/training/loop.h"

/* The plan of the grid's cell c, in a storage that begins zeroed: cells that follow each other and differ by nothing
 * that counts, as by their seed, are measured once. */
struct forecast {
    const struct cell *measured; /* whose plan this is; NULL: none yet */
    struct loop_plan plan;
};
int forecast_cell(struct forecast *, const struct cell *, const char *data_folder, struct error *);

/* Resident bytes of the process that trains by this plan: its arrays, the embeddings of both splits, the libraries. */
size_t forecast_process_bytes(const struct loop_plan *);

/* The largest of all cells'; those that cannot be planned, which will fail on their own, need none. */
size_t forecast_largest_bytes(const struct grid *, const char *data_folder);

/* Seconds of training at `rate` multiply-adds per second. */
double forecast_seconds(const struct loop_plan *, double rate);

/* How much there is to do in a cell, in relation to other cells of its experiment: passes of images through the
 * network. */
double forecast_work(const struct cell *);

#endif
