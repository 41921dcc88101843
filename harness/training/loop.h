/* loop.h - runs a training run: epochs of steps, evaluations, checkpoints, and the rows that it writes. */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_H

#include "harness/training/loop_state.h"

/* What a cell will need, from the same planning code that it will run. */
struct loop_plan {
    int selected;                /* K */
    struct budget budget;        /* steps, epochs */
    struct budget_totals totals; /* what they cost */
    struct budget_totals whole;  /* likewise for p = 1 with the same B, in `epochs` epochs */
    int backprop;                /* what auto becomes */
    size_t evaluation_bytes;     /* embeddings of the measured images, and the best epoch's weights */
    struct update_plan update;   /* memory by part, multiply-adds */
};
/* Plans a cell without training it. */
int loop_measure(const struct cell *, const char *data_folder, struct loop_plan *, struct error *);

/* For a cell whose settings are open (settings_is_open): finds the batch that its limits and train classes allow. */
int loop_fit(const struct cell *, const char *data_folder, struct fit *, struct error *);

/* Checks, without planning the network, that the cell's train classes can fill batches and that an epoch has enough
 * batches for an update. *steps becomes the number of batches of an epoch, *images that of training images. */
int loop_check(const struct cell *, const char *data_folder, int *steps, int *images, struct error *);

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
