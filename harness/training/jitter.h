/* jitter.h - other light and colors for training images. */
#ifndef PARTGRAD_HARNESS_TRAINING_JITTER_H
#define PARTGRAD_HARNESS_TRAINING_JITTER_H

#include "base/random.h"

/* What a factor f changes: each pixel x becomes f x + (1 - f) y, cut to 0 .. 255 and rounded. */
enum jitter {
    JITTER_BRIGHTNESS, /* y = 0 */
    JITTER_CONTRAST,   /* y is the image's mean gray */
    JITTER_SATURATION, /* y is the pixel's own gray, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) */
    JITTERS,
};

void jitter_apply(unsigned char *planes, int size, enum jitter, float factor); /* planes (3, size, size) */

/* All three in random order, each with a factor uniform in [1 - strength, 1 + strength]: torchvision's ColorJitter with
 * brightness = contrast = saturation = strength and no hue, but for rounding. */
void jitter_colors(struct random *, unsigned char *planes, int size, double strength);

#endif
