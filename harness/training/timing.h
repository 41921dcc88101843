/* timing.h - measures how long a cell's training steps take on this machine. */
#ifndef PARTGRAD_HARNESS_TRAINING_TIMING_H
#define PARTGRAD_HARNESS_TRAINING_TIMING_H

#include "base/error.h"
#include "harness/tables/cell.h"
#include "harness/training/budget.h"

/* Seconds of a step of each kind that the cell has, including waiting for its batch: the median of `count` steps after
 * a few that do not count; 0 for kinds that it does not have. With `accumulate`, the time of a whole update divided by
 * its batches. Trains a network on the cell's own pack with a learning rate of 0 and discards it. The cell's number of
 * steps need not be known. */
int timing_measure(const struct cell *, const char *data_folder, int count, struct prices *seconds, struct error *);

#endif
