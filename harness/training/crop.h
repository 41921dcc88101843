/* crop.h - which part of an image the network sees. */
#ifndef PARTGRAD_HARNESS_TRAINING_CROP_H
#define PARTGRAD_HARNESS_TRAINING_CROP_H

#include "base/random.h"
#include "datasets/resize.h"

/* Random resized crop (Szegedy et al. 2015): area uniform in [least_area, 1] of the image's, the logarithm of the
 * aspect uniform in [3/4, 4/3], anywhere inside. After ten draws that do not fit, the whole image. */
struct region crop_random(struct random *, int size, double least_area);

/* What is left when an image is resized to image_size / share and the middle image_size pixels are cut out. An image
 * that is smaller than that is enlarged no more than it must be. */
struct region crop_centre(int size, int image_size, double share);

/* Mirrors (3, size, size) planes left to right. */
void crop_flip(unsigned char *planes, int size);

#endif
