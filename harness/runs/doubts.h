/* doubts.h - tells of settings that can be run, but whose loss will hardly do what it is for. */
#ifndef PARTGRAD_HARNESS_RUNS_DOUBTS_H
#define PARTGRAD_HARNESS_RUNS_DOUBTS_H

#include "harness/runs/grid.h"

/* Warns on stderr of each loss that doubts the dimensions of its cells' embeddings (losses/loss.h), and of how many. */
void doubts_tell(const struct grid *, const char *data_folder);

#endif
