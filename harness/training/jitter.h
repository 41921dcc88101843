/* jitter.h - random changes of light and color for training images. */
#ifndef PARTGRAD_HARNESS_TRAINING_JITTER_H
#define PARTGRAD_HARNESS_TRAINING_JITTER_H

#include "base/random.h"

/* What a factor f changes: each pixel x becomes f x + (1 - f) y, clamped to 0 .. 255 and rounded. */
enum jitter {
    JITTER_BRIGHTNESS, /* y = 0 */
    JITTER_CONTRAST,   /* y is the image's mean gray */
    JITTER_SATURATION, /* y is the pixel's own gray, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) */
    JITTERS,
};

/* Changes planes (3, size, size) by a factor. */
void jitter_apply(unsigned char *planes, int size, enum jitter, float factor);

/* Applies all three in random order, each with a factor uniform in [1 - strength, 1 + strength]: torchvision's
 * ColorJitter with brightness = contrast = saturation = strength and no hue, up to rounding. */
void jitter_colors(struct random *, unsigned char *planes, int size, double strength);

#endif
