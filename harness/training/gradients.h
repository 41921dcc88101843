/* gradients.h - how far partial gradients are from a gradient that they stand for: their bias, their variance, and what
 * one factor in front of them would repair. Pure functions of vectors; nothing here knows a network.
 *
 * Of M batches, S gradients each are given: g_bs, which differ by what was selected. With their batch means x_b, and
 * R references r_j of batches of their own, the squared bias |E x - E r|^2 is estimated by
 *
 *   |mean x - mean r|^2 - tr V_x / M - tr V_r / R
 *
 * where V are covariances of x_b and r_j: unbiased, so it may be negative. This is the two-sample statistic of Chen and
 * Qin 2010 ("A two-sample test for high-dimensional data"), and so is its variance
 *
 *   4 d'V_x d / M + 4 d'V_r d / R + 2 tr V_x^2 / (M (M-1)) + 2 tr V_r^2 / (R) + 4 tr(V_x V_r) / (M R)
 *
 * with d the difference of the means. All of it comes from inner products alone. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENTS_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENTS_H

#include <stddef.h>

#include "base/error.h"

enum { GRADIENTS_BATCHES_MIN = 4 }; /* M and R: below, tr V^2 has no unbiased estimate */

/* Gradients of some batches. */
struct gradients {
    int batches, selections; /* M, S; with S = 1 nothing varies by selection */
    size_t size;             /* values of each */
    const float *values;     /* (M, S, size) */
};

/* Squares are in the units of the target's square: nothing is relative. NAN if it is not defined. */
struct gradient_figures {
    double norm, target_norm;                        /* root of the mean of |g|^2; |E r| */
    double cosine;                                   /* of one gradient and the target, in the mean */
    double mean_cosine;                              /* of E g and the target */
    double distance;                                 /* root of the mean of |g - target|^2 */
    double bias_square, bias_square_error;           /* |E g - target|^2, and its standard error */
    double variance_batch, variance_selection;       /* tr of one gradient's covariance, by what it comes from */
    double best_scale;                               /* a, that makes |a E g - target| least */
    double best_bias_square, best_bias_square_error; /* that square, and its standard error for this a */
};

/* Against the mean of references (selections 1), which must be of other batches than the gradients. Fails if memory
 * is out. */
int gradients_against(const struct gradients *, const struct gradients *references, struct gradient_figures *,
                      struct error *);

/* Against their own batches' whole gradients (M, size): each batch's mean over selections is compared with that one,
 * and the squares are means over batches. variance_batch is 0: a batch is given here. */
int gradients_against_own(const struct gradients *, const float *whole, struct gradient_figures *, struct error *);

/* |E (a g - f)|^2, f being the whole gradients (M, size) of the same batches, and its standard error. It estimates what
 * gradients_against does for a = 1 and references of the same batch size, without the noise of other batches. */
int gradients_paired_bias(const struct gradients *, const float *whole, double a, double *square,
                          double *standard_error, struct error *);

/* The a that makes |E (a g - f)| least: of the means over batches, so that what a selection lacks of its own batch's
 * gradient does not pull it towards 0. NAN if E g is not told from 0. */
int gradients_paired_scale(const struct gradients *, const float *whole, double *a, struct error *);

#endif
