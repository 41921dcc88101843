/* label_noise.h - wrong labels for training alone, as of a data set that was labeled in haste: symmetric noise. */
#ifndef PARTGRAD_HARNESS_TRAINING_LABEL_NOISE_H
#define PARTGRAD_HARNESS_TRAINING_LABEL_NOISE_H

#include <stdint.h>

#include "base/error.h"
#include "datasets/pack.h"

/* Gives a share of the images of `trained`, rounded to whole ones, the label of another class of it, each equally
 * likely, in labels (of all images of the pack). Which images and which classes depends on the seed alone, and those of
 * a smaller share are among those of a greater one. A class keeps at least one image; it fails if the share leaves
 * it none. */
int label_noise_add(int32_t *labels, const struct pack_classes *trained, double share, int seed, struct error *);

#endif
