/* loop.h - runs a training run: epochs of steps, evaluations, checkpoints, and the rows that it writes. */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_H

#include "harness/training/loop_state.h"

/* Opens the cell's pack and allocates everything that the epochs need. The caller first sets cell, settings, folder,
 * started and progress, and calls loop_release even if this fails. */
int loop_init(struct loop *, const char *data_folder, struct error *);
void loop_release(struct loop *); /* safe on a zeroed loop */

/* Checks that the input files have not changed since the training run began: 0, or LOOP_FAILED with the error set. */
int loop_check_inputs(const struct loop *, struct error *);
/* Runs the remaining steps, from the folder's checkpoint or from the beginning. Writes FOLDER/epochs.csv (and
 * steps.csv) after every epoch, each complete or absent. Returns 0 or an enum loop_end, with the error set. */
int loop_run(struct loop *, struct error *);
/* Number of complete epochs. */
int loop_epochs_done(const struct loop *);

#endif
