/* embed_pack.h - embeddings of a data set's images for evaluation: center crops, no augmentation. */
#ifndef PARTGRAD_HARNESS_TRAINING_EMBED_PACK_H
#define PARTGRAD_HARNESS_TRAINING_EMBED_PACK_H

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/training/crop.h"
#include "network/network.h"

/* embeddings (count, d) of the pack's images at positions image (count), with the given center crop. Also fails if a
 * signal is pending (base/interrupt.h). */
int embedding_compute(struct network *, const struct pack *, const int *image, int count, const struct crop_center *,
                      float *embeddings, struct error *);

/* Mean squared distance of rows (count, dim) from their mean: 0 if all are the same, NAN if one is not finite. */
double embedding_spread(const float *embeddings, int count, int dim);

#endif
