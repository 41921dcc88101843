/* loop.h - a training run: its epochs of steps, an evaluation after each, its checkpoint, and the rows that it leaves.
 */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_H

#include "harness/training/loop_state.h"

/* What a cell will need, from the same planning code that it runs on. */
struct loop_plan {
    int selected;                /* K */
    struct budget budget;        /* steps, epochs */
    struct budget_totals totals; /* what they come to */
    struct budget_totals whole;  /* likewise of p = 1, of the same B, in the epochs that are asked for */
    int backprop;                /* what auto becomes */
    size_t evaluation_bytes;     /* embeddings of what is measured, and the best epoch's weights */
    struct update_plan update;   /* memory by part, multiply-adds */
};
int loop_measure(const struct cell *, const char *data_folder, struct loop_plan *, struct error *);

/* Of a cell whose settings are open (settings_is_open): the batch that its bounds and its train classes allow. */
int loop_fit(const struct cell *, const char *data_folder, struct fit *, struct error *);

/* Whether batches can be composed of the cell's train classes, and an update of an epoch's batches, without planning
 * the network. *steps receives the batches of an epoch, *images how many images are trained on. */
int loop_check(const struct cell *, const char *data_folder, int *steps, int *images, struct error *);

/* Opens the cell's pack in the data folder and allocates all that the epochs take. cell, settings, folder, started and
 * progress are the caller's to set; release also if this fails. */
int loop_init(struct loop *, const char *data_folder, struct error *);
void loop_release(struct loop *); /* safe on a zeroed training */

/* Whether the pack is still the one that the training run began with: 0, or LOOP_FAILED, naming it. */
int loop_check_inputs(const struct loop *, struct error *);
/* The steps that are left, from the folder's checkpoint or from the beginning. Writes FOLDER/epochs.csv (and
 * steps.csv) after every epoch, each whole or absent. Returns 0 or an enum loop_end, with the error set. */
int loop_run(struct loop *, struct error *);
/* Whole epochs, not counting what was measured before the first. */
int loop_epochs_done(const struct loop *);

#endif
