/* judge.h - which epoch's network a cell reports, and when it stops looking for a better one. What it chooses by is
 * MAP@R of validation classes; test classes have no say in it. */
#ifndef PARTGRAD_HARNESS_TRAINING_JUDGE_H
#define PARTGRAD_HARNESS_TRAINING_JUDGE_H

#include "base/error.h"
#include "harness/tables/settings.h"
#include "harness/training/checkpoint.h"
#include "network/network.h"

struct judge {
    const struct settings *settings; /* borrowed */
    int best_epoch;                  /* the first with the best score; 0: none was looked at */
    double best_score;               /* its MAP@R of validation classes */
    float *best;                     /* (count) its parameters; NULL unless judge: best */
    size_t count;
};

int judge_init(struct judge *, const struct settings *, struct network *, struct error *);
void judge_release(struct judge *); /* safe on a zeroed judge */

/* Looks at an epoch's score, NAN if it has none, with the network as it stands; epoch 0, which has not trained, is
 * never the best. */
void judge_look(struct judge *, struct network *, int epoch, double score);
/* Whether training stops after that epoch, which has just been looked at, because `patience` is at an end. */
int judge_is_over(const struct judge *, int epoch);
/* The epoch that is reported if `last` is the last one. */
int judge_epoch(const struct judge *, int last);
/* The network gets the parameters that were kept, and those that it had are kept in their place. */
void judge_swap(struct judge *, struct network *);

/* Adds all that a later choice depends on. */
void judge_checkpoint(struct judge *, struct checkpoint *);
/* What judge_init allocates for a network of so many values. */
size_t judge_bytes(const struct settings *, size_t values);

#endif
