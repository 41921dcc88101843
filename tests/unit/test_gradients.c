/* test_gradients.c - bias and variance of gradients against numpy's numbers (tests/fixtures/gradients.py), and in
 * simulations whose truth is known. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "harness/training/gradient_row.h"
#include "harness/training/gradients.h"

enum { LINE_SIZE = 4096, VALUES_MAX = 256, FIGURES = 14, ERRORS = 5, LEFT_OUT_MAX = 64 };
static const double COMPUTE = 0.3; /* of the fixture */
_Static_assert(sizeof(struct gradient_figures) == FIGURES * sizeof(double), "figures are fourteen numbers");

struct fixture {
    int shape[4]; /* M, S, R, size */
    int partial_count, whole_count, reference_count;
    float partial[VALUES_MAX], whole[VALUES_MAX], reference[VALUES_MAX];
    double against[FIGURES], own[FIGURES];
    double against_errors[ERRORS], own_errors[ERRORS];
};

static const char *after(const char *line, const char *word)
{
    size_t length = strlen(word);
    return strncmp(line, word, length) == 0 && line[length] == ' ' ? line + length : NULL;
}

static void take_floats(const char *text, float *values, int *count)
{
    for (char *end; *count < VALUES_MAX; text = end, (*count)++) {
        values[*count] = strtof(text, &end);
        if (end == text) break;
    }
}

static void take_numbers(const char *text, double *numbers, int count)
{
    char *end = (char *)text;
    for (int n = 0; n < count; n++) numbers[n] = strtod(end, &end);
}

static void read_fixture(struct fixture *fixture)
{
    char line[LINE_SIZE];
    const char *rest;
    FILE *stream = fopen("tests/fixtures/gradients.txt", "r");
    cr_assert_not_null(stream);
    *fixture = (struct fixture){0};
    int *shape = fixture->shape;
    while (fgets(line, sizeof line, stream)) {
        if ((rest = after(line, "shape")))
            cr_assert_eq(sscanf(rest, "%d %d %d %d", &shape[0], &shape[1], &shape[2], &shape[3]), 4);
        if ((rest = after(line, "partial"))) take_floats(rest, fixture->partial, &fixture->partial_count);
        if ((rest = after(line, "whole"))) take_floats(rest, fixture->whole, &fixture->whole_count);
        if ((rest = after(line, "reference"))) take_floats(rest, fixture->reference, &fixture->reference_count);
        if ((rest = after(line, "against"))) take_numbers(rest, fixture->against, FIGURES);
        if ((rest = after(line, "own"))) take_numbers(rest, fixture->own, FIGURES);
        if ((rest = after(line, "against_errors"))) take_numbers(rest, fixture->against_errors, ERRORS);
        if ((rest = after(line, "own_errors"))) take_numbers(rest, fixture->own_errors, ERRORS);
    }
    fclose(stream);
    cr_assert_eq(fixture->partial_count, shape[0] * shape[1] * shape[3]);
    cr_assert_eq(fixture->whole_count, shape[0] * shape[3]);
    cr_assert_eq(fixture->reference_count, shape[2] * shape[3]);
}

static void expect_figures(const struct gradient_figures *found, const double expected[FIGURES], const char *what)
{
    double figures[FIGURES];
    memcpy(figures, found, sizeof figures);
    for (int f = 0; f < FIGURES; f++)
        cr_expect(fabs(figures[f] - expected[f]) <= 2e-6 * fmax(1, fabs(expected[f])),
                  "%s, figure %d: %.10g, not %.10g", what, f, figures[f], expected[f]);
}

static void expect_errors(const struct gradient_figures *figures, const struct gradient_figures *left_out, int batches,
                          int references, const double expected[ERRORS], const char *what)
{
    struct gradient_row row = {.figures = *figures, .batches = batches, .references = references, .compute_x = COMPUTE};
    row.figures.mean_square_error = 0; /* so few batches would not tell it from 0 */
    gradient_row_derive(&row, left_out);
    double errors[] = {row.best_scale_error, row.relative_variance_error, row.relative_mse_error,
                       row.equal_compute_variance_error, row.equal_compute_mse_error};
    cr_assert_gt(row.figures.best_scale, 1.96 * row.best_scale_error, "the fixture has a factor");
    for (int e = 0; e < ERRORS; e++)
        cr_expect(fabs(errors[e] - expected[e]) <= 1e-5 * fmax(0.1, expected[e]), "%s, error %d: %.10g, not %.10g",
                  what, e, errors[e], expected[e]);
}

Test(gradients, have_the_figures_of_numpy)
{
    struct fixture fixture;
    struct gradient_figures figures, left_out[LEFT_OUT_MAX];
    struct error error;
    read_fixture(&fixture);
    int batches = fixture.shape[0], references = fixture.shape[2];
    size_t size = (size_t)fixture.shape[3];
    struct gradients partial = {batches, fixture.shape[1], size, fixture.partial};
    struct gradients reference = {references, 1, size, fixture.reference};
    cr_assert_eq(gradients_against(&partial, &reference, &figures, left_out, &error), 0);
    expect_figures(&figures, fixture.against, "against");
    expect_errors(&figures, left_out, batches, references, fixture.against_errors, "against");
    cr_assert_eq(gradients_against_own(&partial, fixture.whole, &figures, left_out, &error), 0);
    expect_figures(&figures, fixture.own, "own");
    expect_errors(&figures, left_out, batches, 0, fixture.own_errors, "own");
}

/* ---- simulation ---- */

enum { M = 8, S = 2, R = 12, SIZE = 20, REPEATS = 600 };

/* E r = 1 in the first value; E g has `bias` in the second; spreads differ by value, and are not normal. */
static double spread(int i)
{
    return 0.3 + 0.05 * i;
}

static float skewed(struct random *random)
{
    float normal = random_normal(random);
    return (normal * normal - 1) / sqrtf(2);
}

static void simulate(struct random *random, double factor, double bias, float *partial, float *reference)
{
    for (int b = 0; b < M; b++)
        for (int i = 0; i < SIZE; i++) {
            float batch = (float)spread(i) * skewed(random), mean = (float)(i == 0 ? factor : i == 1 ? bias : 0);
            for (int s = 0; s < S; s++) partial[(b * S + s) * SIZE + i] = mean + batch + 0.5F * random_normal(random);
        }
    for (int j = 0; j < R; j++)
        for (int i = 0; i < SIZE; i++) reference[j * SIZE + i] = (i == 0) + (float)spread(i) * skewed(random);
}

/* Means over the repeats, and how often the interval holds the truth. */
struct simulated {
    double bias, bias_spread, error, batch, selection, best_bias;
    double covered;
};

static struct simulated run_simulation(double factor, double bias, double truth)
{
    float partial[M * S * SIZE], reference[R * SIZE];
    struct simulated result = {0};
    double squares = 0;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        struct random random = random_stream(5, RANDOM_TEST, (uint32_t)(1000 * (factor + bias)), (uint64_t)repeat);
        struct gradient_figures figures, left_out[M + R];
        struct error error;
        simulate(&random, factor, bias, partial, reference);
        cr_assert_eq(gradients_against(&(struct gradients){M, S, SIZE, partial},
                                       &(struct gradients){R, 1, SIZE, reference}, &figures, left_out, &error),
                     0);
        result.bias += figures.bias_square / REPEATS;
        squares += figures.bias_square * figures.bias_square / REPEATS;
        result.error += figures.bias_square_error / REPEATS;
        result.batch += figures.variance_batch / REPEATS;
        result.selection += figures.variance_selection / REPEATS;
        result.best_bias += figures.best_bias_square / REPEATS;
        result.covered += (fabs(figures.bias_square - truth) < 1.96 * figures.bias_square_error) / (double)REPEATS;
    }
    result.bias_spread = sqrt(squares - result.bias * result.bias);
    return result;
}

static void expect_near(double found, double expected, double tolerance, const char *what)
{
    cr_expect(fabs(found - expected) <= tolerance, "%s: %g, not %g +- %g", what, found, expected, tolerance);
}

static void expect_truth(double factor, double bias)
{
    double truth = (factor - 1) * (factor - 1) + bias * bias, batch = 0;
    for (int i = 0; i < SIZE; i++) batch += spread(i) * spread(i);
    struct simulated found = run_simulation(factor, bias, truth);
    expect_near(found.bias, truth, 4 * found.bias_spread / sqrt(REPEATS), "bias");
    /* Without bias it is larger than it need be, by a part that is estimated around 0 and cut there. */
    cr_expect(found.error > 0.85 * found.bias_spread && found.error < 1.3 * found.bias_spread,
              "standard error %g, of a spread of %g", found.error, found.bias_spread);
    expect_near(found.batch, batch, 0.05 * batch, "variance by batch");
    expect_near(found.selection, SIZE * 0.25, 0.05 * SIZE * 0.25, "variance by selection");
    cr_expect(found.covered > 0.9 && found.covered < 0.99, "the interval holds %g for %g of the repeats", truth,
              found.covered);
}

Test(gradients, without_bias_have_none_beyond_their_noise)
{
    expect_truth(1, 0);
}

Test(gradients, of_a_known_bias_have_it)
{
    expect_truth(0.25, 2);
}

/* A gradient that is short in the mean, and no more, has no bias left once it is lengthened. */
Test(gradients, that_are_only_short_are_repaired_by_a_factor)
{
    struct fixture fixture;
    struct gradient_figures figures, left_out[LEFT_OUT_MAX];
    struct error error;
    float reference[VALUES_MAX], partial[VALUES_MAX];
    read_fixture(&fixture);
    for (int i = 0; i < fixture.whole_count; i++) partial[i] = 0.25F * fixture.whole[i];
    memcpy(reference, fixture.whole, sizeof reference);
    struct gradients short_ones = {fixture.shape[0], 1, (size_t)fixture.shape[3], partial};
    cr_assert_eq(gradients_against_own(&short_ones, reference, &figures, left_out, &error), 0);
    expect_near(figures.best_scale, 4, 1e-6, "best scale");
    expect_near(figures.best_bias_square, 0, 1e-6, "bias that is left");
    expect_near(figures.cosine, 1, 1e-6, "cosine");
    expect_near(figures.bias_square, 0.5625 * figures.target_norm * figures.target_norm, 1e-5, "bias");
}

/* A shift that is the same in all batches is found however much the batches differ. */
Test(gradients, have_a_paired_bias_without_the_noise_of_batches)
{
    float partial[M * SIZE], whole[M * SIZE];
    double square, standard_error;
    struct error error;
    struct random random = random_stream(6, RANDOM_TEST, 0, 0);
    for (int i = 0; i < M * SIZE; i++) {
        whole[i] = 10 * random_normal(&random);
        partial[i] = whole[i] + (i % SIZE == 3 ? 0.5F : 0) + 0.01F * random_normal(&random);
    }
    struct gradients shifted = {M, 1, SIZE, partial};
    cr_assert_eq(gradients_paired_bias(&shifted, whole, 1, &square, &standard_error, &error), 0);
    expect_near(square, 0.25, 4 * standard_error, "bias");
    cr_expect(standard_error > 0 && standard_error < 0.02, "standard error %g", standard_error);
}

/* What a selection lacks of its own batch's gradient is noise where batches make up for each other: the factor is that
 * of the means, where against each batch's own gradient alone it would be drawn towards 0. */
Test(gradients, are_scaled_as_their_means_want_it)
{
    float partial[M * SIZE], whole[M * SIZE];
    double scale, square, standard_error;
    struct gradient_figures own, left_out[M];
    struct error error;
    struct random random = random_stream(7, RANDOM_TEST, 0, 0);
    for (int i = 0; i < M * SIZE; i++) {
        whole[i] = (i % SIZE == 2 ? 40 : 0) + random_normal(&random);
        partial[i] = 0.25F * whole[i] + 2 * random_normal(&random);
    }
    struct gradients quarters = {M, 1, SIZE, partial};
    cr_assert_eq(gradients_paired_scale(&quarters, whole, &scale, &error), 0);
    cr_assert_eq(gradients_paired_bias(&quarters, whole, scale, &square, &standard_error, &error), 0);
    cr_assert_eq(gradients_against_own(&quarters, whole, &own, left_out, &error), 0);
    expect_near(scale, 4, 1, "scale");
    expect_near(square, 0, 3 * standard_error, "bias that is left");
    cr_expect(own.best_scale < 0.8 * scale, "against its own %g", own.best_scale);
}

Test(gradients, of_few_batches_are_refused)
{
    float values[3] = {1, 2, 3};
    struct gradients few = {3, 1, 1, values};
    struct gradient_figures figures, left_out[6];
    struct error error;
    cr_expect_neq(gradients_against(&few, &few, &figures, left_out, &error), 0);
    cr_expect_neq(gradients_against_own(&few, values, &figures, left_out, &error), 0);
    cr_expect_not_null(strstr(error.message, "3 batches"));
}

/* Over repeats the mean variance at equal compute has the spread that its standard error says. */
Test(gradients, have_errors_of_what_the_factor_scales)
{
    float partial[M * S * SIZE], reference[R * SIZE];
    double sum = 0, squares = 0, errors = 0;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        struct random random = random_stream(5, RANDOM_TEST, 9, (uint64_t)repeat);
        struct gradient_figures left_out[M + R];
        struct gradient_row row = {.batches = M, .references = R, .compute_x = 0.5};
        struct error error;
        simulate(&random, 12, 0, partial, reference);
        for (int j = 0; j < R; j++) reference[j * SIZE] += 11;
        cr_assert_eq(gradients_against(&(struct gradients){M, S, SIZE, partial},
                                       &(struct gradients){R, 1, SIZE, reference}, &row.figures, left_out, &error),
                     0);
        gradient_row_derive(&row, left_out);
        sum += row.relative_variance / REPEATS;
        squares += row.relative_variance * row.relative_variance / REPEATS;
        errors += row.relative_variance_error / REPEATS;
        cr_assert_float_eq(row.equal_compute_variance_error, 0.5 * row.relative_variance_error, 1e-9);
    }
    double spread_of_repeats = sqrt(squares - sum * sum);
    cr_expect(errors > 0.8 * spread_of_repeats && errors < 1.25 * spread_of_repeats,
              "standard error %g, of a spread of %g", errors, spread_of_repeats);
}

/* |E g|^2 is told from 0 above two standard errors of 1. */
static struct gradient_row derived(double mean_square)
{
    struct gradient_row row = {.figures = {.target_norm = 2,
                                           .mean_cosine = 0.5,
                                           .mean_square = mean_square,
                                           .mean_square_error = 1,
                                           .bias_square = 1,
                                           .bias_square_error = 0.5,
                                           .variance_batch = 8,
                                           .best_scale = 3,
                                           .best_bias_square = 1},
                               .compute_x = 0.25};
    gradient_row_derive(&row, NULL);
    return row;
}

Test(gradients, have_no_factor_where_noise_may_be_all_there_is)
{
    struct gradient_row told = derived(2.01), lost = derived(1.99);
    cr_expect_float_eq(told.relative_variance, 9 * 8 / 4.0, 1e-9);
    cr_expect_float_eq(told.equal_compute_variance, 9 * 8 / 16.0, 1e-9);
    cr_expect_float_eq(told.equal_compute_mse, 9 * 8 / 16.0 + 0.25, 1e-9);
    cr_expect(isfinite(told.equal_compute_cosine) && isfinite(told.equal_compute_mse_error));
    cr_expect(isnan(lost.figures.best_scale) && isnan(lost.figures.best_bias_square));
    cr_expect(isnan(lost.figures.mean_cosine) && isnan(lost.equal_compute_cosine));
    cr_expect(isnan(lost.relative_variance) && isnan(lost.relative_mse));
    cr_expect(isnan(lost.equal_compute_variance) && isnan(lost.equal_compute_mse));
    cr_expect(isnan(lost.best_scale_error) && isnan(lost.equal_compute_mse_error));
    cr_expect_float_eq(lost.bias_square_low, 1 - 1.96 * 0.5, 1e-9);
}

/* Two batches whose factors are far apart: their mean is not told from 0. */
Test(gradients, are_worth_nothing_where_the_factor_may_be_0)
{
    struct gradient_row row = derived(9);
    struct gradient_figures left_out[2] = {row.figures, row.figures};
    cr_expect(isfinite(row.equal_compute_mse));
    left_out[0].best_scale = -1;
    left_out[1].best_scale = 7;
    row.batches = 2;
    gradient_row_derive(&row, left_out);
    cr_expect_float_eq(row.best_scale_error, 4, 1e-9);
    cr_expect(isfinite(row.figures.best_scale) && isfinite(row.figures.best_bias_square));
    cr_expect(isnan(row.relative_variance) && isnan(row.relative_mse_error));
    cr_expect(isnan(row.equal_compute_variance) && isnan(row.equal_compute_mse));
}
