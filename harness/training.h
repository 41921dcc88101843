/* training.h - a training: its epochs of steps, an assessment after each, its checkpoint, and the rows that it leaves.
 */
#ifndef PARTGRAD_HARNESS_TRAINING_H
#define PARTGRAD_HARNESS_TRAINING_H

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/assessment.h"
#include "harness/trainer.h"

struct cell;

/* One row of epochs.csv. */
struct epoch_result {
    const struct cell *cell;
    int epoch; /* 0 = before training */
    double learning_rate;
    double full_batch_loss, selected_loss, gradient_norm_share; /* means over the epoch's steps */
    double gradient_cosine, gradient_norm_ratio;                /* over its probe steps */
    double test_recall[4], test_map_at_r, test_r_precision;     /* NAN in epochs without evaluation */
    double train_recall_at_1, train_map_at_r, gap_recall_at_1, gap_map_at_r;
    double train_loss, test_loss, gap_loss;
    double images_per_second, step_milliseconds, wall_seconds;
};

/* One row of steps.csv. */
struct step_row {
    const struct cell *cell;
    int epoch, step; /* from 1 */
    double learning_rate;
    double full_batch_loss, selected_loss, gradient_norm_share;
    double gradient_cosine, gradient_norm_ratio; /* NAN on steps that were not probed */
    double step_milliseconds;
};

/* What a cell will need, from the same planning code that it runs on. */
struct training_plan {
    int selected;                /* K */
    long steps;                  /* over all epochs */
    int backprop;                /* what auto becomes */
    struct trainer_plan trainer; /* memory by part, multiply-adds */
};
int training_measure(const struct cell *, const char *data_folder, struct training_plan *, struct error *);

/* Called after each epoch (and before the first, epoch 0) so that a driver can show progress. */
typedef void training_progress(void *context, const struct epoch_result *, int epochs);

/* A training under way. */
struct training {
    const struct cell *cell;
    const struct settings *settings;
    const char *folder;
    struct pack pack;
    struct pack_classes classes; /* of the train split */
    struct trainer trainer;
    struct loader *loader;
    struct assessment assessment;
    float *centroids; /* (C, d) of the train classes, where the sampler wants them */
    int steps_per_epoch;
    double *step_seconds; /* (steps of all epochs) */
    long steps_done;
    struct epoch_result *epochs; /* (epochs + 1), epoch 0 first */
    struct step_row *steps;      /* (steps of all epochs), where they are asked for */
    int epochs_done;
    int assessed_epoch; /* whose network the assessment's embeddings are of; -1: none */
    double started;     /* on clock_seconds */
    training_progress *progress;
    void *context;
};

/* Opens the cell's pack in the data folder and allocates all that the epochs take. cell, settings, folder, started and
 * progress are the caller's to set; release also where this fails. */
int training_init(struct training *, const char *data_folder, struct error *);
void training_release(struct training *); /* safe on a zeroed training */

/* The epochs that are left, from the folder's checkpoint or from the beginning. Writes FOLDER/epochs.csv (and
 * steps.csv) after every epoch, each whole or absent. */
int training_run(struct training *, struct error *);
/* Removes the checkpoint, which a finished training needs no more. */
void training_forget(const struct training *);

#endif
