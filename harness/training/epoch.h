/* epoch.h - what an epoch came to: one row of epochs.csv, and the means over its steps. */
#ifndef PARTGRAD_HARNESS_TRAINING_EPOCH_H
#define PARTGRAD_HARNESS_TRAINING_EPOCH_H

#include "harness/training/step.h"

struct cell;

/* One row of epochs.csv. */
struct epoch_result {
    const struct cell *cell;
    int epoch; /* 0 = before training */
    double learning_rate;
    double full_batch_loss, selected_loss, gradient_norm_share; /* means over the epoch's steps */
    double gradient_cosine, gradient_norm_ratio;                /* over its probe steps */
    double test_recall[4], test_map_at_r, test_r_precision;     /* NAN in epochs without evaluation */
    double test_queries_unanswered;
    double train_recall_at_1, train_map_at_r, gap_recall_at_1, gap_map_at_r;
    double train_loss, test_loss, gap_loss;
    double images_per_second, step_milliseconds, wall_seconds;
};

/* Of the cell, with everything that is to be measured NAN. */
struct epoch_result epoch_empty(const struct cell *, int epoch);

/* Running mean of what may be missing. */
struct mean {
    double sum;
    int count;
};

/* Over the steps of an epoch; no share where there is no gradient at all, no cosine where nothing was probed. */
struct epoch_means {
    struct mean full, selected, share, cosine, ratio;
};
void epoch_add_step(struct epoch_means *, const struct step_result *);
void epoch_take_means(struct epoch_result *, const struct epoch_means *);

#endif
