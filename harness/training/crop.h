/* crop.h - the part of an image that the network sees. */
#ifndef PARTGRAD_HARNESS_TRAINING_CROP_H
#define PARTGRAD_HARNESS_TRAINING_CROP_H

#include "base/random.h"
#include "datasets/pack.h"
#include "datasets/resize.h"

/* Random resized crop (Szegedy et al. 2015): area uniform in [least_area, 1] of the image's, the logarithm of the
 * aspect uniform in [3/4, 4/3], anywhere inside. After ten draws that do not fit, the whole image. */
struct region crop_random(struct random *, int size, double least_area);

/* The crop without augmentation. */
struct crop_center {
    int image_size; /* pixels that enter the network */
    double share;   /* of the image's sides that is kept */
    int offset;     /* enum settings_crop_offset */
};

/* The region that remains if an image of size x size pixels is resized to image_size / share and the middle image_size
 * pixels are cut out, at a whole pixel of the resized image. Images smaller than that are enlarged no more than
 * necessary. So a crop of an image that is not resized has the image's own pixels. */
struct region crop_center_region(const struct crop_center *, int size);

/* Cuts `region` out of image i of a pack and scales it to planes (3, image_size, image_size). The resizer must belong
 * to the calling thread. Releases the image's pages (pack_forget_image). */
int crop_cut(struct resizer *, const struct pack *, int i, struct region, int image_size, unsigned char *planes,
             struct error *);

/* Mirrors (3, size, size) planes left to right. */
void crop_flip(unsigned char *planes, int size);

#endif
