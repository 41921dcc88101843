/* test_gradient_stream.c - gradients at given weights: their projection, and that nothing changes by measuring them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/gradient_measure.h"
#include "harness/training/gradient_samples.h"
#include "tests/support/experiment_fixture.h"

/* ---- projection ---- */

enum { VALUES = 4000, PLACES = 256, TIMES = 40 };

static double dot(const float *a, const float *b, size_t size)
{
    double sum = 0;
    for (size_t i = 0; i < size; i++) sum += (double)a[i] * b[i];
    return sum;
}

static struct parameter parameter_of(float *gradient, size_t count)
{
    return (struct parameter){.count = count, .trained = gradient != NULL, .gradient = gradient};
}

Test(gradient_sketch, keeps_short_gradients_as_they_are)
{
    float a[3] = {1, 2, 3}, b[2] = {4, 5}, out[5], expected[5] = {1, 2, 3, 4, 5};
    struct parameter parameters[3] = {parameter_of(a, 3), parameter_of(NULL, 7), parameter_of(b, 2)};
    struct gradient_sketch sketch;
    struct error error;
    cr_assert_eq(gradient_sketch_init(&sketch, parameters, 3, 5, &error), 0);
    cr_expect_eq(sketch.size, 5);
    cr_expect_eq(gradient_sketch_take(&sketch, parameters, 3, out), 0);
    cr_expect_arr_eq(out, expected, sizeof out);
    cr_expect_eq(gradient_sketch_error(&sketch), 0);
    b[1] = INFINITY;
    cr_expect_eq(gradient_sketch_take(&sketch, parameters, 3, out), -1);
    gradient_sketch_release(&sketch);
}

/* Squares are right in the mean, and as far off as is said; sums stay sums. */
Test(gradient_sketch, keeps_lengths_to_the_error_that_it_states)
{
    float gradient[VALUES], out[PLACES], first[PLACES], sum[PLACES];
    struct parameter parameter = parameter_of(gradient, VALUES);
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    struct gradient_sketch sketch;
    struct error error;
    double mean = 0, square = 0;
    cr_assert_eq(gradient_sketch_init(&sketch, &parameter, 1, PLACES, &error), 0);
    for (int t = 0; t < TIMES; t++) {
        for (int i = 0; i < VALUES; i++) gradient[i] = random_normal(&random);
        cr_assert_eq(gradient_sketch_take(&sketch, &parameter, 1, out), 0);
        double apart = dot(out, out, PLACES) / dot(gradient, gradient, VALUES) - 1;
        mean += apart / TIMES;
        square += apart * apart / TIMES;
    }
    cr_expect(fabs(mean) < 4 * gradient_sketch_error(&sketch) / sqrt(TIMES), "mean %g", mean);
    cr_expect(sqrt(square) < 1.4 * gradient_sketch_error(&sketch), "spread %g, not %g", sqrt(square),
              gradient_sketch_error(&sketch));
    memcpy(first, out, sizeof first);
    for (int i = 0; i < VALUES; i++) gradient[i] *= 3;
    cr_assert_eq(gradient_sketch_take(&sketch, &parameter, 1, sum), 0);
    for (int k = 0; k < PLACES; k++) cr_expect(fabsf(sum[k] - 3 * first[k]) < 1e-3F);
    gradient_sketch_release(&sketch);
}

/* ---- batches ---- */

enum { BATCHES = 4, SELECTIONS = 2 };

static const char text[] = "dataset: stripes\nmodel: {name: conv4, embedding_size: 8}\nimage_size: 16\n"
                           "samples_per_class: 2\nbatch_size: 6\nportion: 0.5\nprecision: f32\n"
                           "strategy: random\ngradient_scale: inverse_portion\n";

/* The gradients of some batches, (BATCHES, selections, *size), which the caller frees; fails where measuring them
 * changes a parameter. */
static float *read_gradients(const struct settings *settings, const char *folder, int first, int selections,
                             size_t *size)
{
    struct gradient_stream stream;
    struct error error;
    int count;
    cr_assert_eq(gradient_stream_open(&stream, settings, 1 << 20, folder, &error), 0, "%s", error.message);
    const struct parameter *parameters = network_parameters(stream.update.network, &count);
    size_t bytes = parameters[0].count * sizeof(float);
    float *before = malloc(bytes);
    memcpy(before, parameters[0].value, bytes);
    *size = stream.sketch.size;
    float *values = malloc((size_t)(BATCHES * selections) * *size * sizeof *values);
    cr_assert_eq(gradient_stream_read(&stream, first, BATCHES, selections, values, &error), 0, "%s", error.message);
    cr_expect_arr_eq(before, parameters[0].value, bytes);
    free(before);
    gradient_stream_release(&stream);
    return values;
}

static double relative_distance(const float *a, const float *b, size_t size)
{
    double square = 0;
    for (size_t i = 0; i < size; i++) square += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
    return sqrt(square / dot(b, b, size));
}

Test(gradient_stream, gives_the_whole_gradient_however_it_is_propagated)
{
    char *folder = fixture_folder();
    struct made *made = made_with(text, "portion=1");
    struct settings direct = made->grid.cells[0].settings, two_pass;
    struct error error;
    size_t size;
    fixture_write_pack(folder, "stripes", 0);
    cr_assert_eq(direct.backprop, BACKPROP_DIRECT);
    cr_assert_eq(gradient_whole_settings(&direct, direct.batch_size, &two_pass, &error), 0);
    cr_assert_eq(two_pass.backprop, BACKPROP_TWO_PASS);
    float *a = read_gradients(&direct, folder, 0, 1, &size), *b = read_gradients(&two_pass, folder, 0, 1, &size);
    for (int i = 0; i < BATCHES; i++)
        cr_expect(relative_distance(a + (size_t)i * size, b + (size_t)i * size, size) < 1e-5);
    cr_expect(relative_distance(a, a + size, size) > 0.1); /* and not the same one each time */
    free(a);
    free(b);
    made_release(made);
    fixture_remove(folder);
}

/* Any batch can be measured alone; what draws nothing repeats itself, what draws does not. */
static void expect_stream(const char *strategy, int draws)
{
    char *folder = fixture_folder();
    struct made *made = made_with(text, strategy);
    const struct settings *settings = &made->grid.cells[0].settings;
    size_t size, row;
    fixture_write_pack(folder, "stripes", 0);
    float *all = read_gradients(settings, folder, 0, SELECTIONS, &size);
    float *later = read_gradients(settings, folder, 2, SELECTIONS, &size);
    row = SELECTIONS * size;
    cr_expect_arr_eq(all + 2 * row, later, 2 * row * sizeof *all);
    int different = 0;
    for (int b = 0; b < BATCHES; b++)
        different += memcmp(all + (size_t)b * row, all + (size_t)b * row + size, size * sizeof *all) != 0;
    cr_expect_eq(different > 0, draws, "%s: %d of %d", strategy, different, BATCHES);
    free(all);
    free(later);
    made_release(made);
    fixture_remove(folder);
}

Test(gradient_stream, repeats_strategies_that_draw_nothing)
{
    expect_stream("strategy=top_loss", 0);
}

Test(gradient_stream, draws_anew_for_each_selection)
{
    expect_stream("strategy=random", 1);
    expect_stream("strategy=importance", 1);
}

/* ---- by samples ---- */

enum { CASES = 4 };
static const char of_samples[] = "strategy=[random, {name: importance, replacement: true}, matching, backdrop]";

/* What each case selects is what a training step takes. */
static void expect_sums(const struct gradient_samples *samples, const struct gradient_selections *selections,
                        const char *folder)
{
    size_t size;
    float *expected = read_gradients(selections->settings, folder, 0, SELECTIONS, &size);
    float *sums = malloc(BATCHES * SELECTIONS * size * sizeof *sums);
    gradient_selections_sum(selections, samples->values, size, sums);
    for (int g = 0; g < BATCHES * SELECTIONS; g++) {
        double apart = relative_distance(sums + (size_t)g * size, expected + (size_t)g * size, size);
        cr_expect(apart < 1e-4, "%s: gradient %d is %g off", settings_strategy(selections->settings)->plugin.name, g,
                  apart);
    }
    free(sums);
    free(expected);
}

Test(gradient_samples, add_up_to_what_a_step_takes)
{
    char *folder = fixture_folder();
    struct made *made = made_with(text, of_samples);
    struct gradient_design design = {BATCHES, SELECTIONS, BATCHES, 6, 1 << 20};
    struct gradient_selections selections[CASES];
    const struct settings *settings[CASES];
    struct gradient_samples samples;
    struct settings whole;
    struct error error;
    fixture_write_pack(folder, "stripes", 0);
    cr_assert_eq(made->grid.count, CASES);
    for (int c = 0; c < CASES; c++) settings[c] = &made->grid.cells[c].settings;
    cr_assert_eq(gradient_whole_settings(settings[0], 6, &whole, &error), 0);
    cr_assert(gradient_samples_add_up(&whole));
    cr_assert_eq(gradient_samples_open(&samples, &whole, &design, folder, &error), 0, "%s", error.message);
    cr_assert_eq(gradient_samples_read(&samples, settings, selections, CASES, &error), 0, "%s", error.message);
    for (int c = 0; c < CASES; c++) {
        expect_sums(&samples, &selections[c], folder);
        gradient_selections_release(&selections[c]);
    }
    gradient_samples_release(&samples);
    made_release(made);
    fixture_remove(folder);
}

Test(gradient_samples, add_up_to_the_whole_batch)
{
    char *folder = fixture_folder();
    struct made *made = made_with(text, "portion=1");
    struct gradient_design design = {BATCHES, SELECTIONS, BATCHES, 6, 1 << 20};
    struct gradient_samples samples;
    struct settings whole;
    struct error error;
    size_t size;
    fixture_write_pack(folder, "stripes", 0);
    cr_assert_eq(gradient_whole_settings(&made->grid.cells[0].settings, 6, &whole, &error), 0);
    float *expected = read_gradients(&whole, folder, 0, 1, &size), *sums = malloc(BATCHES * size * sizeof *sums);
    cr_assert_eq(gradient_samples_open(&samples, &whole, &design, folder, &error), 0, "%s", error.message);
    cr_assert_eq(gradient_samples_read(&samples, NULL, NULL, 0, &error), 0, "%s", error.message);
    gradient_samples_sum(&samples, sums);
    for (int b = 0; b < BATCHES; b++)
        cr_expect(relative_distance(sums + (size_t)b * size, expected + (size_t)b * size, size) < 1e-4);
    gradient_samples_release(&samples);
    free(sums);
    free(expected);
    made_release(made);
    fixture_remove(folder);
}
