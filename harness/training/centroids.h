/* centroids.h - mean embeddings of the classes that are trained on, for samplers that draw by them. */
#ifndef PARTGRAD_HARNESS_TRAINING_CENTROIDS_H
#define PARTGRAD_HARNESS_TRAINING_CENTROIDS_H

#include "harness/training/checkpoint.h"
#include "harness/training/evaluation.h"

struct centroids {
    const struct pack_classes *classes; /* borrowed */
    int dim;                            /* d */
    float *means;                       /* (C, d); NULL: not wanted */
    float *embeddings;                  /* (count, d); NULL: the evaluation has them, class by class */
};

/* Does nothing if the settings' sampler wants none. */
int centroids_init(struct centroids *, const struct settings *, const struct parts *, int dim, struct error *);
void centroids_release(struct centroids *); /* safe on zeroed centroids */

/* The means as the network stands; with `embedded` the evaluation has its embeddings of train images already. */
int centroids_find(struct centroids *, struct evaluation *, struct network *, int embedded, struct error *);

void centroids_checkpoint(struct centroids *, struct checkpoint *);

#endif
