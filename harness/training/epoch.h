/* epoch.h - the means over an epoch's steps. */
#ifndef PARTGRAD_HARNESS_TRAINING_EPOCH_H
#define PARTGRAD_HARNESS_TRAINING_EPOCH_H

#include "harness/tables/record.h"
#include "harness/training/step.h"

/* Running mean of what may be missing. */
struct mean {
    double sum;
    int count;
};

/* Over the steps of an epoch; no share if there is no gradient at all, no cosine if nothing was probed. */
struct epoch_means {
    struct mean full, count, selected, share, cosine, ratio;
};
void epoch_add_step(struct epoch_means *, const struct step_result *);
void epoch_take_means(struct metrics *, const struct epoch_means *);

#endif
