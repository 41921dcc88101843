/* judge.h - decides which epoch a cell reports, and when training stops early. It goes by MAP@R of validation classes;
 * test classes have no influence. */
#ifndef PARTGRAD_HARNESS_TRAINING_JUDGE_H
#define PARTGRAD_HARNESS_TRAINING_JUDGE_H

#include "base/error.h"
#include "harness/tables/settings.h"
#include "harness/training/checkpoint.h"
#include "network/network.h"

struct judge {
    const struct settings *settings; /* borrowed */
    int best_epoch;                  /* the first with the best score; 0: none yet */
    double best_score;               /* its MAP@R of validation classes */
    float *best;                     /* (count) its parameters; NULL unless judge: best */
    size_t count;
};

int judge_init(struct judge *, const struct settings *, struct network *, struct error *);
void judge_release(struct judge *); /* safe on a zeroed judge */

/* Takes an epoch's score (NAN if it has none) and the network after it. Epoch 0, before training, is never the best. */
void judge_look(struct judge *, struct network *, int epoch, double score);
/* Whether training stops after that epoch, the last one given to judge_look, because `patience` is used up. */
int judge_is_over(const struct judge *, int epoch);
/* The epoch to report if `last` is the last one. */
int judge_epoch(const struct judge *, int last);
/* Exchanges the network's parameters with those of the best epoch. */
void judge_swap(struct judge *, struct network *);

/* Adds everything that later decisions depend on to a checkpoint. */
void judge_checkpoint(struct judge *, struct checkpoint *);
/* Bytes that judge_init allocates for a network of so many values. */
size_t judge_bytes(const struct settings *, size_t values);

#endif
