/* timing.h - how long a cell's training steps take on this machine. */
#ifndef PARTGRAD_HARNESS_TRAINING_TIMING_H
#define PARTGRAD_HARNESS_TRAINING_TIMING_H

#include "base/error.h"
#include "harness/tables/cell.h"
#include "harness/training/budget.h"

/* Seconds of a step of each kind that the cell has, waiting for its batch included: the median of `count`, after a few
 * that do not count. 0 of kinds that it has not. Of batches to an update, they are those of the whole update, shared
 * out. Trains a network on the cell's own pack, at a rate of 0, and forgets it. The cell's steps need not be known. */
int timing_measure(const struct cell *, const char *data_folder, int count, struct prices *seconds, struct error *);

#endif
