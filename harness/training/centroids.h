/* centroids.h - mean embeddings of the train classes, for samplers that use them. */
#ifndef PARTGRAD_HARNESS_TRAINING_CENTROIDS_H
#define PARTGRAD_HARNESS_TRAINING_CENTROIDS_H

#include "harness/training/checkpoint.h"
#include "harness/training/evaluation.h"

struct centroids {
    const struct pack_classes *classes; /* borrowed */
    int dim;                            /* d */
    float *means;                       /* (C, d); NULL: the sampler does not use them */
    float *embeddings;                  /* (count, d); NULL: the evaluation's are used, which have the same order */
};

/* Allocates; does nothing if the sampler does not want centroids. */
int centroids_init(struct centroids *, const struct settings *, const struct parts *, int dim, struct error *);
void centroids_release(struct centroids *); /* safe on zeroed centroids */

/* Computes the means for the network's current weights. `embedded`: the evaluation has the embeddings of train images
 * already. */
int centroids_find(struct centroids *, struct evaluation *, struct network *, int embedded, struct error *);

/* Adds the means to a checkpoint. */
void centroids_checkpoint(struct centroids *, struct checkpoint *);

#endif
