/* evaluation.h - how good the network is now, on train classes and on test classes: retrieval metrics and the loss. */
#ifndef PARTGRAD_HARNESS_TRAINING_EVALUATION_H
#define PARTGRAD_HARNESS_TRAINING_EVALUATION_H

#include "base/arena.h"
#include "base/error.h"
#include "datasets/pack.h"
#include "harness/retrieval/ranking.h"
#include "harness/tables/metrics.h"
#include "harness/tables/settings.h"
#include "losses/loss.h"
#include "network/network.h"

enum { ASSESSED_SPLITS = 2 }; /* PACK_TRAIN and PACK_TEST; validation classes are kept for choosing by */

/* One split, and what is computed on it. */
struct assessed_split {
    struct pack_classes classes;
    int *rows;         /* (count) 0 .. count - 1: what the sampler draws from */
    int *labels;       /* (count) */
    float *embeddings; /* (count, d) */
    struct ranking ranking;
    double loss; /* NAN where the split has too few classes for a batch */
};

struct assessment {
    const struct settings *settings; /* borrowed, as the pack is */
    const struct pack *pack;
    struct assessed_split split[ASSESSED_SPLITS];
    struct arena arena;
    struct batch batch; /* for the loss */
    struct loss_workspace workspace;
    int *scratch; /* of the sampler */
};

/* Finds the splits' classes and allocates for embeddings of `dim`. */
int assessment_init(struct assessment *, const struct settings *, const struct pack *, int dim, struct error *);
void assessment_release(struct assessment *); /* safe on a zeroed assessment */

/* Fails where a split of the pack has no class of two images or more, so that no query of it can be answered. */
int assessment_check(const struct pack *, struct error *);

/* Embeds both splits without augmentation. */
int assessment_embed(struct assessment *, struct network *, struct error *);
/* Sets metrics and loss of each split from its embeddings. The loss is the mean over as many batches as the split
 * fills, composed as in training from streams of the seed alone, so that epochs and splits compare. */
int assessment_judge(struct assessment *, struct error *);

/* What assessment_run found, and the gaps. */
void assessment_metrics(const struct assessment *, struct metrics *);

/* The embeddings of the train split alone, as the network stands. */
int assessment_embed_train(struct assessment *, struct network *, struct error *);

#endif
