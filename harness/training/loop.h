/* loop.h - a training run: its epochs of steps, an evaluation after each, its checkpoint, and the rows that it leaves.
 */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_H

#include "base/error.h"
#include "base/load.h"
#include "datasets/pack.h"
#include "harness/training/budget.h"
#include "harness/training/evaluation.h"
#include "harness/tables/cell.h"
#include "harness/training/centroids.h"
#include "harness/training/epoch.h"
#include "harness/training/fit.h"
#include "harness/training/inputs.h"
#include "harness/training/selected.h"
#include "harness/training/judge.h"
#include "harness/training/other_packs.h"
#include "harness/training/update.h"

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

/* Called after each epoch (and before the first, epoch 0) so that a driver can show progress; of so many epochs. */
typedef void loop_progress(void *context, const struct epoch_record *, int epochs);

/* A training under way. */
struct loop {
    const struct cell *cell;
    const struct settings *settings;
    const char *folder;
    const char *shared; /* of what the cells of a run have in common (shared.h); NULL: none */
    struct pack pack;
    struct parts parts;
    struct update update;
    struct loader *loader;
    struct evaluation evaluation;
    struct judge judge;
    struct centroids centroids; /* if the sampler wants them */
    struct selected selected;   /* which images were selected, and when */
    struct other_packs others;  /* of evaluate_on, and evaluations.csv */
    struct budget budget;
    struct budget_totals totals; /* of the steps that are done */
    double *step_seconds;        /* (steps of all epochs) */
    long steps_done;
    struct epoch_record *epochs; /* (epochs + 1), epoch 0 first */
    struct step_record *steps;   /* (steps of all epochs), where they are asked for */
    int epoch, step;             /* under way, 0 first, and how many steps of it are done */
    int diverged;                /* 1: loss or parameters are no longer finite */
    struct epoch_means means;    /* over those */
    int is_over;                 /* 1: the last epoch is done */
    int embedded_epoch;          /* whose network the evaluation's embeddings of train images are of; -1: none */
    double started;              /* on clock_seconds, less what earlier starts took */
    double seconds;              /* since then, when the checkpoint was written */
    char *identity;              /* settings as text, without which a checkpoint is another training's */
    const char *data_folder;
    struct input_marks inputs; /* the files as they were when the training began */
    struct load load;          /* likewise, who used the cores */
    int cells_beside;          /* most siblings seen */
    loop_progress *progress;
    void *context;
};

/* Opens the cell's pack in the data folder and allocates all that the epochs take. cell, settings, folder, started and
 * progress are the caller's to set; release also where this fails. */
int loop_init(struct loop *, const char *data_folder, struct error *);
void loop_release(struct loop *); /* safe on a zeroed training */

enum loop_end {
    LOOP_FAILED = -1,      /* for its own reasons, divergence among them */
    LOOP_UNWRITTEN = -2,   /* a file of its own could not be written */
    LOOP_INTERRUPTED = -3, /* by a signal (base/interrupt.h); FOLDER/checkpoint has what was done */
    LOOP_HINDERED = -4,    /* by its surroundings: no pack, no weights, no room for threads; no row */
};
/* Whether the pack is still the one that the training run began with: 0, or LOOP_FAILED, naming it. */
int loop_check_inputs(const struct loop *, struct error *);
/* The steps that are left, from the folder's checkpoint or from the beginning. Writes FOLDER/epochs.csv (and
 * steps.csv) after every epoch, each whole or absent. Returns 0 or an enum loop_end, with the error set. */
int loop_run(struct loop *, struct error *);
/* Whole epochs, not counting what was measured before the first. */
int loop_epochs_done(const struct loop *);
/* Removes the checkpoint, which a finished training needs no more. */
void loop_forget(const struct loop *);

#endif
