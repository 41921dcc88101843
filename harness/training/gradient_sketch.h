/* gradient_sketch.h - a random projection of gradients to a fixed size, so that many can be kept: each value is added,
 * or subtracted, in one of k places (Charikar, Chen and Farach-Colton 2002, "Finding frequent items in data streams").
 *
 * Sums and means of projected vectors are those of the vectors, projected. Inner products are unbiased, and squares of
 * lengths have a relative standard error of sqrt(2 / k) at most. Gradients of no more than k values stay what they are.
 */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_SKETCH_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_SKETCH_H

#include <stdint.h>

#include "base/error.h"
#include "network/parameter.h"

struct gradient_sketch {
    size_t values;   /* of a gradient: those of all trained parameters */
    size_t size;     /* k, or `values` if these are fewer */
    uint32_t *place; /* (values) twice the place, plus 1 if the value is subtracted; NULL: none is moved */
    double *sums;    /* (size) */
};

/* For the gradients of these parameters (count), to k values at most. The same places for the same number of values.
 * Fails if memory is out. */
int gradient_sketch_init(struct gradient_sketch *, const struct parameter *, int count, size_t k, struct error *);
void gradient_sketch_release(struct gradient_sketch *); /* safe on a zeroed one */

/* The parameters' gradients to out (size). Returns 0, or -1 if a value is not finite. */
int gradient_sketch_take(struct gradient_sketch *, const struct parameter *, int count, float *out);

/* The relative standard error of squares: 0 if nothing is projected. */
double gradient_sketch_error(const struct gradient_sketch *);

#endif
