/* evaluation.h - measures the network on each part of the data: retrieval metrics and the loss. */
#ifndef PARTGRAD_HARNESS_TRAINING_EVALUATION_H
#define PARTGRAD_HARNESS_TRAINING_EVALUATION_H

#include "base/arena.h"
#include "base/error.h"
#include "harness/retrieval/ranking.h"
#include "harness/tables/metrics.h"
#include "harness/tables/settings.h"
#include "harness/training/evaluation_rows.h"
#include "harness/training/parts.h"
#include "harness/training/queries.h"
#include "losses/loss.h"
#include "network/network.h"

/* A set of parts: 1 << PART_TRAIN | ... */
typedef unsigned part_set;
static inline int part_set_has(part_set set, enum part part)
{
    return set >> part & 1;
}

/* One part and its results. */
struct evaluated_part {
    const struct pack_classes *classes; /* borrowed from the parts */
    int *rows;                          /* (count) 0 .. count - 1, from which the sampler draws */
    int *labels;                        /* (count) */
    float *embeddings;                  /* (count, d); those of seen images are followed by those of train images */
    struct query_result *results;       /* (count) of the last measurement; NULL: not kept for this part */
    struct ranking ranking;
    double recall[CUTOFFS_FIXED]; /* at 1, 2, 4, 8 */
    double queries_unanswered;
    double loss; /* NAN if the part has too few classes for a batch */
};

struct evaluation {
    const struct settings *settings; /* borrowed, as the pack is */
    const struct pack *pack;
    const char *shared; /* folder of embeddings that cells share (shared.h); NULL: none */
    struct evaluated_part part[PARTS];
    struct arena arena;
    struct batch batch; /* for the loss */
    struct loss_workspace workspace;
    int *scratch; /* of the sampler */
};

/* Allocates memory for embeddings of `dim`; the parts must outlive the evaluation. */
int evaluation_init(struct evaluation *, const struct settings *, const struct pack *, const struct parts *, int dim,
                    struct error *);
void evaluation_release(struct evaluation *); /* safe on a zeroed evaluation */

/* Fails if no query of a part that will be measured can be answered, for example if no class has two images. */
int evaluation_check(const struct parts *, const struct settings *, struct error *);

/* The parts measured in each evaluation, and all parts, which are measured at the end. Seen images come with the train
 * images, among which they are searched for, and test images with the gallery. */
part_set evaluation_regular(const struct parts *, const struct settings *);
part_set evaluation_all(const struct parts *);
/* The K that are measured: those of cells.csv, and those of recall_at or up to 32. */
struct cutoffs evaluation_cutoffs(const struct settings *);

/* Computes embeddings (count, d) of images without augmentation. */
int evaluation_embed_images(const struct evaluation *, const struct pack_classes *, struct network *, float *embeddings,
                            struct error *);
/* Embeds the parts' images without augmentation. */
int evaluation_embed(struct evaluation *, part_set, struct network *, struct error *);
/* Computes metrics and loss of each part from its embeddings. The loss is the mean over as many batches as the part
 * fills, composed as in training from random streams that depend only on the seed, so that epochs and parts can be
 * compared. */
int evaluation_judge(struct evaluation *, part_set, struct error *);
/* Sets the metrics that evaluation_judge found, and the gaps. */
void evaluation_metrics(const struct evaluation *, part_set, struct metrics *);
/* Writes FOLDER/queries and FOLDER/classes.csv from the last measurement of test and validation classes, which must be
 * that of the reported network, of `epoch`. */
int evaluation_keep(const struct evaluation *, part_set, const struct cell *, const char *folder, int epoch,
                    struct error *);
/* The parts whose queries are kept. */
part_set evaluation_kept(const struct parts *);

/* Adds the rankings of the parts to the rows. */
void evaluation_add_rows(const struct evaluation *, part_set, struct evaluation_rows *);

/* Bytes of all parts' embeddings. */
size_t evaluation_bytes(const struct parts *, int dim);

#endif
