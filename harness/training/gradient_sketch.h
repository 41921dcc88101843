/* gradient_sketch.h - a random projection of gradients to a fixed size, so that many can be kept: each value is added,
 * or subtracted, in one of k places (Charikar, Chen and Farach-Colton 2002, "Finding frequent items in data streams").
 *
 * The projection is linear. Inner products are unbiased, and squared lengths have a relative standard error of at most
 * sqrt(2 / k). Gradients of at most k values are not changed. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_SKETCH_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_SKETCH_H

#include <stdint.h>

#include "base/error.h"
#include "network/parameter.h"

struct gradient_sketch {
    size_t values;   /* of a gradient: those of all trained parameters */
    size_t size;     /* k, or `values` if these are fewer */
    uint32_t *place; /* (values) twice the place, plus 1 if the value is subtracted; NULL: no projection */
    double *sums;    /* (size) */
};

/* For gradients of these parameters (count), projected to at most k values. The places depend only on the number of
 * values. Fails if memory runs out. */
int gradient_sketch_init(struct gradient_sketch *, const struct parameter *, int count, size_t k, struct error *);
void gradient_sketch_release(struct gradient_sketch *); /* safe on a zeroed one */

/* Projects the parameters' gradients to out (size). Returns 0, or -1 if a value is not finite. */
int gradient_sketch_take(struct gradient_sketch *, const struct parameter *, int count, float *out);

/* The relative standard error of squared lengths; 0 without a projection. */
double gradient_sketch_error(const struct gradient_sketch *);

#endif
