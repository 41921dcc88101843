/* gradient_row.c - see gradient_row.h. */
#include "harness/training/gradient_row.h"

#include <math.h>

#include "base/csv.h"

enum { COLUMNS_MAX = 48, NUMBER_SIZE = 32 };

#define ROW(member) offsetof(struct gradient_row, member)
const struct gradient_column gradient_columns[] = {
    {"target", "the gradient that gradients are compared with: own_batch, same_size or large", 0},
    {"selected", "samples of a gradient, mean", ROW(selected)},
    {"multiply_adds", "of one gradient", ROW(multiply_adds)},
    {"norm", "root of the mean square of |g|", ROW(figures.norm)},
    {"target_norm", "|r|", ROW(figures.target_norm)},
    {"cosine", "of one gradient and the target, mean", ROW(figures.cosine)},
    {"mean_cosine", "of the mean gradient and the target", ROW(figures.mean_cosine)},
    {"distance", "root of the mean square of |g - r|", ROW(figures.distance)},
    {"mean_square", "|E g|^2, an unbiased estimate", ROW(figures.mean_square)},
    {"mean_square_error", "its standard error if E g is 0", ROW(figures.mean_square_error)},
    {"bias_square", "|E g - r|^2, an unbiased estimate, so it may be negative", ROW(figures.bias_square)},
    {"bias_square_error", "its standard error", ROW(figures.bias_square_error)},
    {"bias_square_low", "lower end of its 95 % interval", ROW(bias_square_low)},
    {"bias_square_high", "upper end", ROW(bias_square_high)},
    {"variance_batch", "of one gradient, from the batch", ROW(figures.variance_batch)},
    {"variance_selection", "of one gradient, from the selection", ROW(figures.variance_selection)},
    {"best_scale", "the factor a with the least |a E g - r|", ROW(figures.best_scale)},
    {"best_scale_error", "its standard error", ROW(best_scale_error)},
    {"best_bias_square", "|a E g - r|^2", ROW(figures.best_bias_square)},
    {"best_bias_square_error", "its standard error", ROW(figures.best_bias_square_error)},
    {"paired_bias_square", "for same_size: |E (g - f)|^2, f the same batches' whole gradients",
     ROW(paired_bias_square)},
    {"paired_bias_square_error", "its standard error", ROW(paired_bias_square_error)},
    {"paired_best_bias_square", "for same_size: |E (a g - f)|^2, with the factor a that makes it least",
     ROW(paired_best_bias_square)},
    {"paired_best_bias_square_error", "its standard error", ROW(paired_best_bias_square_error)},
    {"relative_variance", "a^2 times the variance, as a share of |r|^2", ROW(relative_variance)},
    {"relative_variance_error", "its standard error", ROW(relative_variance_error)},
    {"relative_mse", "mean squared error of a g: the same plus best_bias_square, as a share of |r|^2",
     ROW(relative_mse)},
    {"relative_mse_error", "its standard error", ROW(relative_mse_error)},
    {"compute_x", "multiply_adds, as a share of those of the whole large batch", ROW(compute_x)},
    {"equal_compute_cosine", "of the target and the mean of as many gradients as that batch's compute pays for",
     ROW(equal_compute_cosine)},
    {"equal_compute_variance", "relative_variance of that mean", ROW(equal_compute_variance)},
    {"equal_compute_variance_error", "its standard error", ROW(equal_compute_variance_error)},
    {"equal_compute_mse", "relative_mse of that mean", ROW(equal_compute_mse)},
    {"equal_compute_mse_error", "its standard error", ROW(equal_compute_mse_error)},
    {"batches", "M, measured batches", ROW(batches)},
    {"selections", "S, selections of each batch", ROW(selections)},
    {"references", "R, other batches whose mean gradient is the target", ROW(references)},
    {"large_batch_size", "B of the target `large`", ROW(large_batch_size)},
    {"parameters", "values of a gradient", ROW(parameters)},
    {"dimensions", "values to which it was projected", ROW(dimensions)},
    {"projection_error", "relative standard error of squares due to the projection", ROW(projection_error)},
    {0},
};

/* Members whose standard errors a jackknife finds. */
static const struct {
    size_t value, error;
} with_errors[] = {
    {ROW(figures.best_scale), ROW(best_scale_error)},
    {ROW(relative_variance), ROW(relative_variance_error)},
    {ROW(relative_mse), ROW(relative_mse_error)},
    {ROW(equal_compute_variance), ROW(equal_compute_variance_error)},
    {ROW(equal_compute_mse), ROW(equal_compute_mse_error)},
};

/* Whether |E g|^2 is told from 0. */
static int is_mean_told(const struct gradient_figures *figures)
{
    return figures->mean_square > 2 * figures->mean_square_error;
}

/* The factor a has |E g|^2 below its line, and all that a scales has a. */
static void forget_scaled(struct gradient_figures *figures)
{
    figures->mean_cosine = figures->best_scale = figures->best_bias_square = figures->best_bias_square_error = NAN;
}

/* What follows from the figures; with gradients as means of 1 / compute_x, their variance is less by that factor. */
static void derive(struct gradient_row *row)
{
    const struct gradient_figures *figures = &row->figures;
    double variance = figures->variance_batch + figures->variance_selection, mean_square = figures->mean_square;
    double square = figures->target_norm * figures->target_norm, left = figures->best_bias_square / square;
    row->relative_variance = figures->best_scale * figures->best_scale * variance / square;
    row->relative_mse = left + row->relative_variance;
    row->equal_compute_cosine = figures->mean_cosine * sqrt(mean_square / (mean_square + row->compute_x * variance));
    row->equal_compute_variance = row->compute_x * row->relative_variance;
    row->equal_compute_mse = left + row->equal_compute_variance;
}

static double number_at(const struct gradient_row *row, size_t offset)
{
    return *(const double *)(const void *)((const char *)row + offset);
}

/* The sum over left-out figures (count) of the squared distances of a member from their mean, times (count - 1) /
 * count: its variance that comes from the sample that they leave out. */
static double jackknife_variance(const struct gradient_row *row, const struct gradient_figures *left_out, int count,
                                 size_t offset)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++) {
        struct gradient_row without = *row;
        without.figures = left_out[i];
        derive(&without);
        sum += number_at(&without, offset);
        squares += number_at(&without, offset) * number_at(&without, offset);
    }
    if (count == 0) return 0;
    double spread = squares - sum * sum / count;
    return spread < 0 ? 0 : spread * (count - 1) / count; /* NAN stays NAN, unlike with fmax */
}

static double jackknife_error(const struct gradient_row *row, const struct gradient_figures *left_out, size_t offset)
{
    int batches = (int)row->batches, references = (int)row->references;
    return sqrt(jackknife_variance(row, left_out, batches, offset) +
                jackknife_variance(row, left_out + batches, references, offset));
}

/* A factor that may be 0 or less makes nothing of the gradient. */
static void forget_worth(struct gradient_row *row)
{
    row->relative_variance = row->relative_variance_error = row->relative_mse = row->relative_mse_error = NAN;
    row->equal_compute_variance = row->equal_compute_variance_error = NAN;
    row->equal_compute_mse = row->equal_compute_mse_error = NAN;
}

void gradient_row_derive(struct gradient_row *row, const struct gradient_figures *left_out)
{
    struct gradient_figures *figures = &row->figures;
    row->bias_square_low = figures->bias_square - 1.96 * figures->bias_square_error;
    row->bias_square_high = figures->bias_square + 1.96 * figures->bias_square_error;
    int is_told = is_mean_told(figures);
    if (!is_told) forget_scaled(figures);
    derive(row);
    for (size_t i = 0; i < sizeof with_errors / sizeof *with_errors; i++)
        *(double *)(void *)((char *)row + with_errors[i].error) =
            is_told ? jackknife_error(row, left_out, with_errors[i].value) : NAN;
    if (!(figures->best_scale > 1.96 * row->best_scale_error)) forget_worth(row);
}

void gradient_row_write_header(FILE *stream)
{
    const char *fields[COLUMNS_MAX];
    int count = 0;
    for (const struct gradient_column *column = gradient_columns; column->name; column++)
        fields[count++] = column->name;
    csv_write_row(stream, fields, count);
}

void gradient_row_write(FILE *stream, const struct gradient_row *row)
{
    const char *fields[COLUMNS_MAX] = {row->target};
    char text[COLUMNS_MAX][NUMBER_SIZE];
    int count = 1;
    for (const struct gradient_column *column = gradient_columns + 1; column->name; column++, count++) {
        double value = number_at(row, column->offset);
        snprintf(text[count], NUMBER_SIZE, "%.9g", value);
        fields[count] = isfinite(value) ? text[count] : "";
    }
    csv_write_row(stream, fields, count);
}
