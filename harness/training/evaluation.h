/* evaluation.h - how good the network is now, on train classes and on test classes: retrieval metrics and the loss. */
#ifndef PARTGRAD_HARNESS_TRAINING_EVALUATION_H
#define PARTGRAD_HARNESS_TRAINING_EVALUATION_H

#include "base/arena.h"
#include "base/error.h"
#include "datasets/pack.h"
#include "harness/retrieval/ranking.h"
#include "harness/tables/metrics.h"
#include "harness/tables/settings.h"
#include "harness/training/evaluation_rows.h"
#include "losses/loss.h"
#include "network/network.h"

enum { EVALUATED_SPLITS = 2 }; /* PACK_TRAIN and PACK_TEST; validation classes are kept for choosing by */

/* One split, and what is computed on it. */
struct evaluated_split {
    struct pack_classes classes;
    int *rows;         /* (count) 0 .. count - 1: what the sampler draws from */
    int *labels;       /* (count) */
    float *embeddings; /* (count, d) */
    struct ranking ranking;
    double loss; /* NAN where the split has too few classes for a batch */
};

struct evaluation {
    const struct settings *settings; /* borrowed, as the pack is */
    const struct pack *pack;
    struct evaluated_split split[EVALUATED_SPLITS];
    struct arena arena;
    struct batch batch; /* for the loss */
    struct loss_workspace workspace;
    int *scratch; /* of the sampler */
};

/* Finds the splits' classes and allocates for embeddings of `dim`. */
int evaluation_init(struct evaluation *, const struct settings *, const struct pack *, int dim, struct error *);
void evaluation_release(struct evaluation *); /* safe on a zeroed evaluation */

/* Fails where a split of the pack has no class of two images or more, so that no query of it can be answered. */
int evaluation_check(const struct pack *, struct error *);

/* Embeds both splits without augmentation. */
int evaluation_embed(struct evaluation *, struct network *, struct error *);
/* Sets metrics and loss of each split from its embeddings. The loss is the mean over as many batches as the split
 * fills, composed as in training from streams of the seed alone, so that epochs and splits compare. */
int evaluation_judge(struct evaluation *, struct error *);

/* What evaluation_run found, and the gaps. */
void evaluation_metrics(const struct evaluation *, struct metrics *);

/* Adds the rankings of both splits to the rows. */
void evaluation_add_rows(const struct evaluation *, struct evaluation_rows *);

/* The embeddings of the train split alone, as the network stands. */
int evaluation_embed_train(struct evaluation *, struct network *, struct error *);

#endif
