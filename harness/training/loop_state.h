/* loop_state.h - the state of a training run. loop.h runs it, loop_files.h keeps it in files. */
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
    LOOP_UNWRITTEN = -2,   /* one of its files could not be written */
    LOOP_INTERRUPTED = -3, /* by a signal (base/interrupt.h); FOLDER/checkpoint has the state */
    LOOP_HINDERED = -4,    /* by its surroundings: no pack, no weights, no room for threads; writes no row */
};

/* Called after each of `epochs` epochs (and before the first, as epoch 0) so that a driver can show progress. */
typedef void loop_progress(void *context, const struct epoch_record *, int epochs);

/* A training run in progress. */
struct loop {
    const struct cell *cell;
    const struct settings *settings;
    const char *folder;
    const char *shared; /* folder of embeddings that cells share (shared.h); NULL: none */
    struct pack pack;
    struct parts parts;
    struct update update;
    struct loader *loader;
    struct evaluation evaluation;
    struct judge judge;
    struct centroids centroids; /* if the sampler wants them */
    struct selected selected;   /* the images that each step selected */
    struct other_packs others;  /* of evaluate_on, and evaluations.csv */
    struct budget budget;
    struct budget_totals totals; /* of the finished steps */
    double *step_seconds;        /* (steps of all epochs) */
    long steps_done;
    struct epoch_record *epochs; /* (epochs + 1), epoch 0 first */
    struct step_record *steps;   /* (steps of all epochs), if they are asked for */
    int epoch, step;             /* the current epoch, from 0, and its finished steps */
    int diverged;                /* 1: loss or parameters are no longer finite */
    struct epoch_means means;    /* over those */
    int is_over;                 /* 1: the last epoch is done */
    int embedded_epoch;          /* epoch of the evaluation's embeddings of train images; -1: none */
    double started;              /* on clock_seconds, minus the seconds of earlier starts */
    double seconds;              /* since then, when the checkpoint was written */
    char *identity;              /* settings as text; a checkpoint with another belongs to another run */
    const char *data_folder;
    struct input_marks inputs; /* the files as they were when the training began */
    struct load load;          /* who used the cores until then */
    int cells_beside;          /* most siblings seen */
    struct peaks peaks;        /* of the process's memory */
    loop_progress *progress;
    void *context;
};

#endif
