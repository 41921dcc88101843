/* test_losses.c - the contract that every loss in the registry keeps, and multi-similarity's numbers.
 *
 * The contract tests walk loss_registry, so a new loss is tested without a line here. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "base/random.h"
#include "losses/loss.h"

/* A loss with its default options, a batch and the memory for both. */
struct trial {
    const struct loss *loss;
    void *options; /* (options_size) */
    struct batch batch;
    struct arena arena;
    struct loss_workspace workspace;
};

static void trial_carve(struct trial *trial, struct arena *arena)
{
    struct batch *batch = &trial->batch;
    size_t size = (size_t)batch->size, values = size * (size_t)batch->dim;
    trial->options = arena_take(arena, 1, trial->loss->plugin.options_size);
    batch->labels = arena_take(arena, size, sizeof *batch->labels);
    batch->embeddings = arena_take(arena, values, sizeof *batch->embeddings);
    batch->sample_losses = arena_take(arena, size, sizeof *batch->sample_losses);
    batch->gradients = arena_take(arena, values, sizeof *batch->gradients);
    loss_workspace_take(&trial->workspace, trial->loss, batch->size, batch->dim, arena);
}

static struct trial trial_begin(const struct plugin *plugin, int size, int dim)
{
    struct error error;
    struct trial trial = {.loss = (const struct loss *)plugin, .batch = {.size = size, .dim = dim}};
    struct arena measure = arena_measure();
    trial_carve(&trial, &measure);
    cr_assert_eq(arena_init(&trial.arena, measure.peak, &error), 0, "%s", error.message);
    trial_carve(&trial, &trial.arena);
    if (plugin->fields) option_defaults(plugin->fields, trial.options);
    return trial;
}

static void trial_end(struct trial *trial)
{
    arena_release(&trial->arena);
}

static void trial_compute(struct trial *trial)
{
    /* What is not filled must not pass for zero. */
    memset(trial->batch.gradients, 0xff, (size_t)trial->batch.size * trial->batch.dim * sizeof(float));
    memset(trial->batch.sample_losses, 0xff, (size_t)trial->batch.size * sizeof(float));
    loss_compute(trial->loss, trial->options, &trial->batch, &trial->workspace);
}

static void normalise(float *row, int dim)
{
    double square = 0;
    for (int k = 0; k < dim; k++) square += (double)row[k] * row[k];
    for (int k = 0; k < dim; k++) row[k] = (float)(row[k] / sqrt(square));
}

/* Batches of every kind that training meets. */
enum kind { RANDOM_CLASSES, ONE_CLASS, ALL_DIFFERENT, IDENTICAL, SEPARATED, OPPOSITE, KINDS };
static const char *const kind_names[] = {"random classes",       "one class",         "one sample per class",
                                         "identical embeddings", "separated classes", "classes torn apart"};

static int kind_label(enum kind kind, int i, struct random *random)
{
    switch (kind) {
    case ONE_CLASS:
        return 3;
    case ALL_DIFFERENT:
        return 1000 - i;
    case RANDOM_CLASSES:
        return (int)random_below(random, 4);
    default:
        return i / 3;
    }
}

static void kind_embedding(enum kind kind, int label, int i, int dim, struct random *random, float *row)
{
    for (int k = 0; k < dim; k++) row[k] = random_normal(random);
    normalise(row, dim);
    for (int k = 0; k < dim; k++) {
        if (kind == IDENTICAL) row[k] = k == 0;
        if (kind == SEPARATED) row[k] = (k == label % dim) + 0.01f * row[k];
        if (kind == OPPOSITE) row[k] = (float)((k == 0) * (i % 2 ? 1 : -1)) + 0.01f * row[k];
    }
    normalise(row, dim);
}

static void fill(struct batch *batch, enum kind kind, uint64_t seed)
{
    struct random random = random_stream(seed, RANDOM_TEST, kind, 0);
    for (int i = 0; i < batch->size; i++) {
        batch->labels[i] = kind_label(kind, i, &random);
        kind_embedding(kind, batch->labels[i], i, batch->dim, &random, batch->embeddings + (size_t)i * batch->dim);
    }
}

static float greatest(const float *values, int count)
{
    float result = 0;
    for (int i = 0; i < count; i++) result = fmaxf(result, fabsf(values[i]));
    return result;
}

/* Central difference of the mean loss along coordinate c of the embeddings. */
static double slope_along(struct trial *trial, int c, float step)
{
    struct batch *batch = &trial->batch;
    float *coordinate = &batch->embeddings[c], value = *coordinate, moved[2];
    double sums[2] = {0, 0};
    for (int side = 0; side < 2; side++) {
        *coordinate = moved[side] = value + (side ? step : -step);
        loss_value(trial->loss, trial->options, batch, &trial->workspace);
        for (int i = 0; i < batch->size; i++) sums[side] += batch->sample_losses[i];
    }
    *coordinate = value;
    return (sums[1] - sums[0]) / batch->size / ((double)moved[1] - moved[0]);
}

/* Coordinates whose gradient differs from the finite difference; kinks, where two step lengths disagree, are passed
 * over and counted in *kinks. */
static int wrong_slopes(struct trial *trial, int *kinks)
{
    int values = trial->batch.size * trial->batch.dim, wrong = 0;
    float tolerance = 1e-4f + 0.01f * greatest(trial->batch.gradients, values);
    for (int c = 0; c < values; c++) {
        double coarse = slope_along(trial, c, 2e-3f), fine = slope_along(trial, c, 1e-3f);
        if (fabs(coarse - fine) > tolerance)
            ++*kinks;
        else
            wrong += !(fabs(fine - trial->batch.gradients[c]) < tolerance);
    }
    return wrong;
}

Test(losses, have_unique_names_summaries_and_an_anchor)
{
    cr_assert_not_null(loss_registry[0]);
    for (int i = 0; loss_registry[i]; i++) {
        const struct loss *loss = (const struct loss *)loss_registry[i];
        cr_assert(loss->plugin.name && loss->plugin.summary && loss->anchor);
        for (int j = 0; j < i; j++) cr_assert_str_neq(loss->plugin.name, loss_registry[j]->name);
    }
}

Test(losses, have_the_gradients_that_finite_differences_show)
{
    const int sizes[][2] = {{12, 6}, {7, 3}, {24, 4}};
    for (int l = 0; loss_registry[l]; l++)
        for (int kind = 0; kind < KINDS; kind++)
            for (int s = 0; s < 3; s++) {
                struct trial trial = trial_begin(loss_registry[l], sizes[s][0], sizes[s][1]);
                fill(&trial.batch, kind, (uint64_t)s);
                trial_compute(&trial);
                int kinks = 0, wrong = wrong_slopes(&trial, &kinks);
                cr_expect_eq(wrong, 0, "%s, %s, size %d: %d wrong", loss_registry[l]->name, kind_names[kind],
                             sizes[s][0], wrong);
                cr_expect_leq(kinks, sizes[s][0] * sizes[s][1] / 10, "%s, %s: %d kinks", loss_registry[l]->name,
                              kind_names[kind], kinks);
                trial_end(&trial);
            }
}

Test(losses, learn_something_from_random_classes)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial trial = trial_begin(loss_registry[l], 32, 8);
        fill(&trial.batch, RANDOM_CLASSES, 0);
        trial_compute(&trial);
        cr_assert_gt(greatest(trial.batch.gradients, 32 * 8), 1e-4f, "%s", loss_registry[l]->name);
        trial_end(&trial);
    }
}

Test(losses, are_finite_on_every_batch_and_zero_out_nothing_else)
{
    const int sizes[] = {1, 2, 3, 65, 130};
    for (int l = 0; loss_registry[l]; l++)
        for (int kind = 0; kind < KINDS; kind++)
            for (int s = 0; s < 5; s++) {
                struct trial trial = trial_begin(loss_registry[l], sizes[s], 5);
                fill(&trial.batch, kind, 0);
                trial_compute(&trial);
                cr_expect(isfinite(trial.batch.mean_loss), "%s, %s", loss_registry[l]->name, kind_names[kind]);
                for (int c = 0; c < sizes[s] * 5; c++)
                    cr_assert(isfinite(trial.batch.gradients[c]), "%s, %s", loss_registry[l]->name, kind_names[kind]);
                for (int i = 0; i < sizes[s]; i++) cr_assert(isfinite(trial.batch.sample_losses[i]));
                trial_end(&trial);
            }
}

Test(losses, leave_labels_and_embeddings_alone)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial trial = trial_begin(loss_registry[l], 40, 6), same = trial_begin(loss_registry[l], 40, 6);
        fill(&trial.batch, RANDOM_CLASSES, 1);
        fill(&same.batch, RANDOM_CLASSES, 1);
        trial_compute(&trial);
        cr_assert_eq(memcmp(trial.batch.labels, same.batch.labels, 40 * sizeof(int)), 0);
        cr_assert_eq(memcmp(trial.batch.embeddings, same.batch.embeddings, 40 * 6 * sizeof(float)), 0);
        trial_end(&trial);
        trial_end(&same);
    }
}

Test(losses, have_a_mean_that_loss_value_gives_too)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial trial = trial_begin(loss_registry[l], 100, 6);
        fill(&trial.batch, RANDOM_CLASSES, 2);
        trial_compute(&trial);
        float mean = trial.batch.mean_loss;
        double sum = 0;
        for (int i = 0; i < 100; i++) sum += trial.batch.sample_losses[i];
        cr_assert_float_eq(mean, sum / 100, 1e-6);
        trial.batch.gradients = NULL;
        cr_assert_eq(loss_value(trial.loss, trial.options, &trial.batch, &trial.workspace), mean);
        trial_end(&trial);
    }
}

/* The gradients (values) of a batch of 150 on so many threads, in tiles of so many rows. */
static void compute_with(const struct plugin *plugin, int threads, int tile, float *gradients, float *losses)
{
    parallel_set_threads(threads);
    struct trial trial = trial_begin(plugin, 150, 16);
    if (tile) trial.workspace.tile = tile;
    fill(&trial.batch, RANDOM_CLASSES, 3);
    trial_compute(&trial);
    memcpy(gradients, trial.batch.gradients, 150 * 16 * sizeof *gradients);
    memcpy(losses, trial.batch.sample_losses, 150 * sizeof *losses);
    trial_end(&trial);
}

Test(losses, are_the_same_bit_for_bit_on_any_number_of_threads)
{
    static float expected[150 * 16], got[150 * 16], expected_losses[150], losses[150];
    for (int l = 0; loss_registry[l]; l++) {
        compute_with(loss_registry[l], 1, 0, expected, expected_losses);
        for (int threads = 2; threads <= 5; threads++) {
            compute_with(loss_registry[l], threads, 0, got, losses);
            cr_assert_eq(memcmp(got, expected, sizeof got), 0, "%s on %d threads", loss_registry[l]->name, threads);
            cr_assert_eq(memcmp(losses, expected_losses, sizeof losses), 0);
        }
    }
}

Test(losses, agree_in_tiles_of_any_size)
{
    static float expected[150 * 16], got[150 * 16], expected_losses[150], losses[150];
    const int tiles[] = {1, 7, 64, 100, 149};
    for (int l = 0; loss_registry[l]; l++) {
        compute_with(loss_registry[l], 2, 0, expected, expected_losses);
        float scale = greatest(expected, 150 * 16);
        for (int t = 0; t < 5; t++) {
            compute_with(loss_registry[l], 2, tiles[t], got, losses);
            for (int c = 0; c < 150 * 16; c++) cr_assert_float_eq(got[c], expected[c], 1e-5f * scale);
            for (int i = 0; i < 150; i++) cr_assert_float_eq(losses[i], expected_losses[i], 1e-5f);
        }
    }
}

Test(losses, do_not_depend_on_the_order_of_the_batch)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial trial = trial_begin(loss_registry[l], 20, 6), turned = trial_begin(loss_registry[l], 20, 6);
        fill(&trial.batch, RANDOM_CLASSES, 4);
        for (int i = 0; i < 20; i++) {
            turned.batch.labels[19 - i] = trial.batch.labels[i];
            memcpy(turned.batch.embeddings + (19 - i) * 6, trial.batch.embeddings + i * 6, 6 * sizeof(float));
        }
        trial_compute(&trial);
        trial_compute(&turned);
        for (int i = 0; i < 20; i++) {
            cr_assert_float_eq(trial.batch.sample_losses[i], turned.batch.sample_losses[19 - i], 1e-5);
            for (int k = 0; k < 6; k++)
                cr_assert_float_eq(trial.batch.gradients[i * 6 + k], turned.batch.gradients[(19 - i) * 6 + k], 1e-5);
        }
        trial_end(&trial);
        trial_end(&turned);
    }
}

Test(losses, show_a_diverged_network)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial trial = trial_begin(loss_registry[l], 20, 6);
        fill(&trial.batch, RANDOM_CLASSES, 4);
        trial.batch.embeddings[7 * 6 + 1] = NAN;
        trial_compute(&trial);
        cr_assert(isnan(trial.batch.sample_losses[7]));
        cr_assert(isnan(trial.batch.mean_loss));
        trial_end(&trial);
    }
}

/* --- multi_similarity --- */

static const struct plugin *find_loss(const char *name)
{
    for (int l = 0; loss_registry[l]; l++)
        if (strcmp(loss_registry[l]->name, name) == 0) return loss_registry[l];
    cr_assert_fail("no loss %s", name);
    return NULL;
}

static void set_option(struct trial *trial, const char *name, const char *text)
{
    struct error error;
    cr_assert_eq(option_parse(option_find(trial->loss->plugin.fields, name), trial->options, text, &error), 0, "%s",
                 error.message);
}

static void read_options(FILE *file, struct trial *trial)
{
    const char *const names[] = {"alpha", "beta", "epsilon", "lambda"};
    char text[32];
    for (int o = 0; o < 4; o++) {
        cr_assert_eq(fscanf(file, "%31s", text), 1);
        set_option(trial, names[o], text);
    }
}

static void read_floats(FILE *file, float *values, int count)
{
    for (int i = 0; i < count; i++) cr_assert_eq(fscanf(file, "%f", &values[i]), 1);
}

/* Checks one case of multi_similarity.txt, whose options and sizes were found at `start`. */
static void check_case(FILE *file, long start, int size, int dim)
{
    struct trial trial = trial_begin(find_loss("multi_similarity"), size, dim);
    struct batch *batch = &trial.batch;
    float losses[100], gradients[100 * 8];
    cr_assert(size <= 100 && dim <= 8);
    fseek(file, start, SEEK_SET);
    read_options(file, &trial);
    cr_assert_eq(fscanf(file, "%*d %*d"), 0);
    for (int i = 0; i < size; i++) cr_assert_eq(fscanf(file, "%d", &batch->labels[i]), 1);
    read_floats(file, batch->embeddings, size * dim);
    read_floats(file, losses, size);
    read_floats(file, gradients, size * dim);
    trial_compute(&trial);

    float loss_scale = greatest(losses, size), gradient_scale = greatest(gradients, size * dim);
    cr_assert(loss_scale > 0 && gradient_scale > 0);
    for (int i = 0; i < size; i++) cr_expect_float_eq(batch->sample_losses[i], losses[i], 2e-6f * loss_scale);
    /* exp(beta s) makes of an error in s one beta times as large, and beta is up to 900 here. */
    for (int c = 0; c < size * dim; c++)
        cr_expect_float_eq(batch->gradients[c], gradients[c], 2e-4f * gradient_scale,
                           "case at %ld, value %d: %g, not %g", start, c, batch->gradients[c], gradients[c]);
    trial_end(&trial);
}

Test(multi_similarity, has_the_numbers_of_an_independent_computation)
{
    FILE *file = fopen("tests/fixtures/multi_similarity.txt", "r");
    cr_assert_not_null(file, "run the tests from the root of the project");
    int cases = 0, size, dim;
    for (long start = 0; fscanf(file, "%*f %*f %*f %*f %d %d", &size, &dim) == 2; start = ftell(file), cases++)
        check_case(file, start, size, dim);
    cr_assert_eq(cases, 5);
    fclose(file);
}

Test(multi_similarity, is_zero_for_anchors_without_both_kinds_of_pairs)
{
    const enum kind kinds[] = {ONE_CLASS, ALL_DIFFERENT, SEPARATED};
    for (int k = 0; k < 3; k++) {
        struct trial trial = trial_begin(find_loss("multi_similarity"), 12, 4);
        fill(&trial.batch, kinds[k], 0);
        trial_compute(&trial);
        cr_assert_eq(trial.batch.mean_loss, 0, "%s", kind_names[kinds[k]]);
        cr_assert_eq(greatest(trial.batch.gradients, 12 * 4), 0);
        trial_end(&trial);
    }
}

Test(multi_similarity, stays_finite_under_its_most_extreme_options)
{
    const char *const values[][4] = {{"10000", "10000", "2", "1"},
                                     {"10000", "10000", "0", "-1"},
                                     {"0.001", "0.001", "2", "0"},
                                     {"10000", "0.001", "0", "1"}};
    const char *const names[] = {"alpha", "beta", "epsilon", "lambda"};
    for (int v = 0; v < 4; v++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct trial trial = trial_begin(find_loss("multi_similarity"), 30, 4);
            for (int o = 0; o < 4; o++) set_option(&trial, names[o], values[v][o]);
            fill(&trial.batch, kind, 0);
            trial_compute(&trial);
            cr_assert(isfinite(trial.batch.mean_loss), "%s", kind_names[kind]);
            for (int c = 0; c < 30 * 4; c++) cr_assert(isfinite(trial.batch.gradients[c]), "%s", kind_names[kind]);
            trial_end(&trial);
        }
}
