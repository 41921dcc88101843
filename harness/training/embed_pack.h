/* embed_pack.h - embeddings of a data set's images as they are judged: centre crops, no augmentation. */
#ifndef PARTGRAD_HARNESS_TRAINING_EMBED_PACK_H
#define PARTGRAD_HARNESS_TRAINING_EMBED_PACK_H

#include "base/error.h"
#include "datasets/pack.h"
#include "network/network.h"

/* embeddings (count, d) of the pack's images at positions image (count): the middle `share` of each, at image_size.
 * Fails too where a signal waits (base/interrupt.h). */
int embedding_compute(struct network *, const struct pack *, const int *image, int count, int image_size, double share,
                      float *embeddings, struct error *);

/* Mean squared distance of rows (count, dim) from their mean: 0 where all are the same, NAN where one is not finite. */
double embedding_spread(const float *embeddings, int count, int dim);

#endif
