/* loop_state.h - a training run under way: what it is made of. loop.h says what is done with it, loop_files.h what it
 * keeps in files. */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_STATE_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_STATE_H

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
#include "harness/training/peaks.h"
#include "harness/training/update.h"

enum loop_end {
    LOOP_FAILED = -1,      /* for its own reasons, divergence among them */
    LOOP_UNWRITTEN = -2,   /* a file of its own could not be written */
    LOOP_INTERRUPTED = -3, /* by a signal (base/interrupt.h); FOLDER/checkpoint has what was done */
    LOOP_HINDERED = -4,    /* by its surroundings: no pack, no weights, no room for threads; no row */
};

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
    struct step_record *steps;   /* (steps of all epochs), if they are asked for */
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
    struct peaks peaks;        /* of the process's memory */
    loop_progress *progress;
    void *context;
};

#endif
