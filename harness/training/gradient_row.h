/* gradient_row.h - the measurements of gradients.csv and the table of its columns. */
#ifndef PARTGRAD_HARNESS_TRAINING_GRADIENT_ROW_H
#define PARTGRAD_HARNESS_TRAINING_GRADIENT_ROW_H

#include <stdio.h>

#include "harness/training/gradients.h"

/* What was measured against one target; NAN if not defined. */
struct gradient_row {
    const char *target; /* "own_batch", "same_size", "large" */
    double selected, multiply_adds;
    struct gradient_figures figures;
    double paired_bias_square, paired_bias_square_error;           /* as gradients_paired_bias, a = 1 */
    double paired_best_bias_square, paired_best_bias_square_error; /* a of gradients_paired_scale */
    double bias_square_low, bias_square_high;
    double relative_variance, relative_mse;
    double compute_x; /* multiply_adds / those of the whole large batch */
    double equal_compute_cosine, equal_compute_variance, equal_compute_mse;
    double best_scale_error, relative_variance_error, relative_mse_error; /* standard errors */
    double equal_compute_variance_error, equal_compute_mse_error;
    double batches, selections, references, large_batch_size, parameters, dimensions, projection_error;
};

/* Computes the members that follow from the others. The standard errors are those of the jackknife (Efron and Stein
 * 1981, "The jackknife estimate of variance") from left_out, the figures without each of the row's batches and then
 * without each of its references. If |E g|^2 is not twice the standard error that it would have if E g were 0, there is
 * no factor to find, so best_scale, mean_cosine and what follows from them become NAN. If the factor is found, but not
 * above 1.96 of its standard errors, the variances and squared errors of what it scales become NAN. */
void gradient_row_derive(struct gradient_row *, const struct gradient_figures *left_out);

struct gradient_column {
    const char *name, *meaning;
    size_t offset; /* of a double in struct gradient_row; the first column, target, has none */
};
extern const struct gradient_column gradient_columns[]; /* ends with a NULL name */

/* Write the header, and a row. */
void gradient_row_write_header(FILE *);
void gradient_row_write(FILE *, const struct gradient_row *);

#endif
