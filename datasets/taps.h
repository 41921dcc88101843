/* taps.h - the source pixels and weights that make each pixel of a scaled image, along one side. */
#ifndef PARTGRAD_DATASETS_TAPS_H
#define PARTGRAD_DATASETS_TAPS_H

#include "base/error.h"

enum resize_filter {
    RESIZE_TRIANGLE,    /* BILINEAR in Python's imaging tools: the field's usual crop and resize */
    RESIZE_CATMULL_ROM, /* their BICUBIC (Keys 1981, a = -0.5), which keeps detail: for images that were scaled before
                         */
};

/* What the taps of one side are made for: [start, start + length) of `limit` source pixels becomes `size` pixels. */
struct taps_request {
    enum resize_filter filter;
    int limit, size;
    double start, length; /* within the limit */
};

/* Pixel i of the scaled side is the sum of weight[i * count + t] * source[first[i] + t] over t < count. */
struct taps {
    struct taps_request request;
    int count;
    int *first;    /* (size) ascending, first + count <= limit; owned */
    float *weight; /* (size, count), each row's sum 1; owned with it */
};

/* Makes taps: the filter around each pixel's center, as wide as the scaled pixel if that is wider than a source pixel.
 * Weights outside the source are dropped and the rest is rescaled, as Pillow does. */
int taps_init(struct taps *, const struct taps_request *, struct error *);
void taps_release(struct taps *); /* safe on zeroed taps */

/* Whether the taps were made for this request. */
int taps_serve(const struct taps *, const struct taps_request *);

#endif
