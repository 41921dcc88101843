/* gradients.h - how far partial gradients are from the gradient that they estimate: their bias, their variance, and how
 * much of it one common factor would remove. Pure functions of vectors, without a network.
 *
 * Given are S gradients g_bs of each of M batches, which differ by what was selected. Let x_b be their batch means, and
 * r_j the gradients of R other batches, the references. gradient_moments.h has the estimate of |E x - E r|^2 and its
 * standard error. Everything is computed from inner products. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENTS_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENTS_H

#include <stddef.h>

#include "base/error.h"

enum { GRADIENTS_BATCHES_MIN = 4 }; /* least M and R; with fewer, tr V^2 has no unbiased estimate */

/* Gradients of some batches. */
struct gradients {
    int batches, selections; /* M, S; with S = 1 nothing varies by selection */
    size_t size;             /* values of each */
    const float *values;     /* (M, S, size) */
};

/* Squares are absolute, not relative to the target. NAN if not defined. */
struct gradient_figures {
    double norm, target_norm;                        /* root of the mean of |g|^2; |E r| */
    double cosine;                                   /* mean over gradients of the cosine with the target */
    double mean_cosine;                              /* of E g and the target */
    double distance;                                 /* root of the mean of |g - target|^2 */
    double mean_square, mean_square_error;           /* |E g|^2, unbiased; its standard error if E g is 0 */
    double bias_square, bias_square_error;           /* |E g - target|^2, and its standard error */
    double variance_batch, variance_selection;       /* tr of one gradient's covariance, by its source */
    double best_scale;                               /* the a with the least |a E g - target| */
    double best_bias_square, best_bias_square_error; /* that square, and its standard error for this a */
};

/* Compares with the mean of references (selections 1), which must come from other batches than the gradients. left_out
 * (M + R) gets the figures without each of the batches, then without each of the references, from which a jackknife
 * finds errors; cosine, distance and errors are NAN there. Fails if memory runs out. */
int gradients_against(const struct gradients *, const struct gradients *references, struct gradient_figures *,
                      struct gradient_figures *left_out, struct error *);

/* Compares with the whole gradients (M, size) of the same batches: each batch's mean over selections with the batch's
 * whole gradient. Squares are means over batches. variance_batch is 0, as batches count as given, and
 * mean_square_error is at most what is said above. left_out (M) likewise. */
int gradients_against_own(const struct gradients *, const float *whole, struct gradient_figures *,
                          struct gradient_figures *left_out, struct error *);

/* |E (a g - f)|^2, where f are the whole gradients (M, size) of the same batches, and its standard error. For a = 1
 * it estimates the same as gradients_against with references of the same batch size, without the noise of other
 * batches. */
int gradients_paired_bias(const struct gradients *, const float *whole, double a, double *square,
                          double *standard_error, struct error *);

/* The a with the least |E (a g - f)|. It is computed from means over batches, so that the noise of single selections
 * does not pull it towards 0. NAN if E g cannot be told from 0. */
int gradients_paired_scale(const struct gradients *, const float *whole, double *a, struct error *);

#endif
