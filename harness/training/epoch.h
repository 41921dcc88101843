/* epoch.h - means over an epoch's steps. */
#ifndef PARTGRAD_HARNESS_TRAINING_EPOCH_H
#define PARTGRAD_HARNESS_TRAINING_EPOCH_H

#include "harness/tables/record.h"
#include "harness/training/step.h"

/* A running mean of values that may be missing. */
struct mean {
    double sum;
    int count;
};

/* Means over the steps of an epoch. Steps without any gradient have no share; steps that were not probed have no
 * cosine. */
struct epoch_means {
    struct mean full, count, selected, share, cosine, ratio;
};
/* Adds a step's results. */
void epoch_add_step(struct epoch_means *, const struct step_result *);
/* Sets the metrics that are means over an epoch. */
void epoch_take_means(struct metrics *, const struct epoch_means *);

#endif
