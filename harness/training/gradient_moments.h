/* gradient_moments.h - moments of two samples of vectors, gradients x of M batches and r of R others, from their inner
 * products alone.
 *
 * The squared bias |E x - E r|^2 is estimated by
 *
 *   |mean x - mean r|^2 - tr V_x / M - tr V_r / R
 *
 * where V are covariances. The estimate is unbiased, so it may be negative. This is the two-sample statistic of Chen
 * and Qin 2010 ("A two-sample test for high-dimensional data"), and so is its variance
 *
 *   4 d'V_x d / M + 4 d'V_r d / R + 2 tr V_x^2 / (M (M-1)) + 2 tr V_r^2 / (R) + 4 tr(V_x V_r) / (M R)
 *
 * with d the difference of the means. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_MOMENTS_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_MOMENTS_H

#include <stddef.h>

#include "base/error.h"

/* Inner products of the rows of one or two samples. */
struct gradient_products {
    int rows, columns;
    double *value;        /* (rows, columns) */
    double *row, *column; /* their means (rows), (columns) */
    double mean;
    double *centered; /* value, minus the means of rows and columns */
};

struct gradient_moments {
    struct gradient_products xx, rr, xr;
    double x_traced, r_traced, both_traced; /* tr V_x^2, tr V_r^2, tr(V_x V_r) */
};

/* What figures are made from: means over batches, without errors. */
struct gradient_means {
    int batches;               /* M */
    double own_square;         /* mean |x|^2 */
    double x_square, r_square; /* |E x|^2, |E r|^2, unbiased */
    double along;              /* <mean x, mean r> */
};

/* The inner product of two vectors (size). */
double gradient_dot(const float *, const float *, size_t size);

/* Of x (m, size) and r (n, size); m and n at least 4. Fails if memory runs out. Release it even then. */
int gradient_moments_take(struct gradient_moments *, const float *x, int m, const float *r, int n, size_t size,
                          struct error *);
void gradient_moments_release(struct gradient_moments *); /* safe on a zeroed one */

/* The means; without batch `batch` (-1: with all) and without reference `reference` (-1: with all). */
struct gradient_means gradient_moments_means(const struct gradient_moments *, int batch, int reference);

/* |a E x - E r|^2, unbiased. */
double gradient_bias_square(const struct gradient_means *, double a);
/* Its standard error for this a. */
double gradient_bias_square_error(const struct gradient_moments *, double a);
/* The standard error that the estimate of |E x|^2 has if E x is 0. */
double gradient_mean_square_error(const struct gradient_moments *);

/* The mean product of x_i and y_j of different batches i and j, from products of as many rows as columns: an unbiased
 * estimate of <E x, E y>. */
double gradient_products_apart(const struct gradient_products *);

#endif
