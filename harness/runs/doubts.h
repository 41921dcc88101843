/* doubts.h - warns of settings that can be run but whose loss will hardly work. */
#ifndef PARTGRAD_HARNESS_RUNS_DOUBTS_H
#define PARTGRAD_HARNESS_RUNS_DOUBTS_H

#include "harness/runs/grid.h"

/* Warns on stderr of each loss that doubts its cells' embedding size (`doubt` in losses/loss.h), with the number of
 * cells. */
void doubts_tell(const struct grid *, const char *data_folder);

#endif
