/* label_noise.h - symmetric label noise: wrong labels for training only, as in a carelessly labeled data set. */
#ifndef PARTGRAD_HARNESS_TRAINING_LABEL_NOISE_H
#define PARTGRAD_HARNESS_TRAINING_LABEL_NOISE_H

#include <stdint.h>

#include "base/error.h"
#include "datasets/pack.h"

/* Gives a share of the images of `trained` (rounded to whole images) the label of another of its classes, each equally
 * likely, in labels (all images of the pack). The images and classes depend only on the seed, and the wrong labels of a
 * smaller share are among those of a larger one. Each class keeps at least one image; fails if the share leaves one
 * without. */
int label_noise_add(int32_t *labels, const struct pack_classes *trained, double share, int seed, struct error *);

#endif
