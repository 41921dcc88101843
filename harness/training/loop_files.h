/* loop_files.h - the files of a training run in progress: its checkpoint and its rows. */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_FILES_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_FILES_H

#include "harness/training/loop_state.h"

/* Writes FOLDER/checkpoint: everything that the next step depends on, and the rows so far. Returns 0 or
 * LOOP_UNWRITTEN. */
int loop_write_checkpoint(struct loop *, struct error *);
/* Resumes from the folder's checkpoint and returns 1; returns 0 if there is none, or it is damaged or belongs to
 * another training run. */
int loop_resume(struct loop *);
/* Removes the checkpoint, which a finished training run no longer needs. */
void loop_forget(const struct loop *);

/* Writes epochs.csv, evaluations.csv and, if asked for, steps.csv up to the current epoch, each complete or absent.
 * Returns 0 or LOOP_UNWRITTEN. */
int loop_write_rows(const struct loop *, struct error *);
/* Removes the rows and records of an earlier training run. */
void loop_forget_rows(const struct loop *);

#endif
