/* loop_files.h - what a training run keeps in its folder while it is under way: its checkpoint, and its rows. */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_FILES_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_FILES_H

#include "harness/training/loop_state.h"

/* Writes FOLDER/checkpoint: all that the next step depends on, and the rows so far. 0 or LOOP_UNWRITTEN. */
int loop_write_checkpoint(struct loop *, struct error *);
/* Goes on from the folder's checkpoint and returns 1; 0 if there is no good one, or it is another training's. */
int loop_resume(struct loop *);
/* Removes the checkpoint, which a finished training needs no more. */
void loop_forget(const struct loop *);

/* Writes steps.csv, if it is asked for, epochs.csv and evaluations.csv up to the epoch under way, each whole or absent.
 * 0 or LOOP_UNWRITTEN. */
int loop_write_rows(const struct loop *, struct error *);
/* Removes the rows and records that a training before this one left. */
void loop_forget_rows(const struct loop *);

#endif
