/* cell.h - trains one cell, and writes its row of cells.csv. */
#ifndef PARTGRAD_HARNESS_TRAINING_CELL_H
#define PARTGRAD_HARNESS_TRAINING_CELL_H

#include "harness/training/loop.h"

/* Trains and evaluates. Writes FOLDER/epochs.csv after every epoch and FOLDER/result.csv at the end, each whole or
 * absent. Returns 0 or an enum loop_end: a training run that fails for its own reasons leaves a result too (status,
 * error); one that is interrupted, cannot write, or misses an input, leaves none. `shared` is a folder for what cells
 * of a run have in common (shared.h), or NULL. */
int cell_train(const struct cell *, const char *data_folder, const char *folder, const char *shared, loop_progress *,
               void *context, struct error *);

/* Writes FOLDER/result.csv for a cell whose process ended without one. */
int cell_write_failure(const struct cell *, const char *folder, const char *reason, struct error *);

/* FOLDER/experiment.yaml: the settings that results in the folder were trained with. Written before a cell starts; a
 * result of other settings is removed first, so that it is never taken for one of these. */
int cell_keep_settings(const struct cell *, const char *folder, struct error *);

#endif
