/* cell.h - trains one cell, and writes its row of cells.csv. */
#ifndef PARTGRAD_HARNESS_TRAINING_CELL_H
#define PARTGRAD_HARNESS_TRAINING_CELL_H

#include "harness/training/loop.h"

/* Trains and evaluates. Writes FOLDER/epochs.csv after every epoch and FOLDER/result.csv at the end, each complete or
 * absent. Returns 0 or an enum loop_end. A training run that fails for its own reasons leaves a result too (status,
 * error); one that is interrupted, cannot write, or lacks an input leaves none. `shared` is a folder for embeddings
 * that cells of a run share (shared.h), or NULL. */
int cell_train(const struct cell *, const char *data_folder, const char *folder, const char *shared, loop_progress *,
               void *context, struct error *);

/* Writes FOLDER/result.csv for a cell whose process ended without one. */
int cell_write_failure(const struct cell *, const char *folder, const char *reason, struct error *);

/* Writes FOLDER/experiment.yaml, the settings of the results in the folder, before a cell starts. First removes a
 * result of other settings, so that it is never mistaken for one of these. */
int cell_keep_settings(const struct cell *, const char *folder, struct error *);

#endif
