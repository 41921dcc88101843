/* moments.h - first and second moments of two samples of vectors, computed from inner products. gradients.h has the
 * formulas. */
#ifndef PARTGRAD_HARNESS_TRAINING_MOMENTS_H
#define PARTGRAD_HARNESS_TRAINING_MOMENTS_H

#include <stddef.h>

#include "base/error.h"

/* Inner products of the rows of one or two samples. */
struct products {
    int rows, columns;
    double *value;        /* (rows, columns) */
    double *row, *column; /* their means (rows), (columns) */
    double mean;
    double *centered; /* value, minus the means of rows and columns */
};

/* The moments of the samples x and r. */
struct moments {
    struct products xx, rr, xr;
    double x_square, r_square;              /* |E x|^2, |E r|^2, unbiased */
    double x_trace, r_trace;                /* tr V */
    double x_traced, r_traced, both_traced; /* tr V_x^2, tr V_r^2, tr(V_x V_r) */
};

/* The inner product of a and b (size), in double precision. */
double moments_dot(const float *a, const float *b, size_t size);

/* Computes the moments of x (m, size) and r (n, size), with m, n >= 4. Fails if memory runs out; release them then
 * too. */
int moments_take(struct moments *, const float *x, int m, const float *r, int n, size_t size, struct error *);
void moments_release(struct moments *); /* safe on zeroed moments */

/* An unbiased estimate of |a E x - E r|^2, and its standard error. */
double moments_bias_square(const struct moments *, double a);
double moments_bias_square_error(const struct moments *, double a);

/* An unbiased estimate of <E x, E f> from the products of two samples whose rows i come from the same batch: only
 * products of different batches count. */
double moments_apart_mean(const struct products *);

#endif
