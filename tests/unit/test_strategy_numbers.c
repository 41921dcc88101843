/* test_strategy_numbers.c - strategies that match vectors, beside what fixtures/strategies.py computed from the vectors
 * themselves. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "strategies/gram.h"
#include "strategies/strategy.h"

enum { SIZE_MAX_HERE = 140, OPTIONS_SIZE = 64 };

/* A batch, a strategy and its selection; all arrays are the trial's. */
struct trial {
    const struct strategy *strategy;
    char options[OPTIONS_SIZE] __attribute__((aligned(16)));
    struct batch batch;
    int count; /* K */
    struct selection selection;
    struct arena arena;
};

static const struct strategy *find_strategy(const char *name)
{
    struct error error;
    const struct plugin *plugin = plugin_find(strategy_registry, "strategy", name, &error);
    cr_assert_not_null(plugin, "%s", error.message);
    return (const struct strategy *)plugin;
}

static void carve(struct trial *trial)
{
    struct batch *batch = &trial->batch;
    batch->received = arena_take(&trial->arena, (size_t)batch->size * (size_t)batch->dim, sizeof(float));
    batch->inputs = batch->input_dim
                        ? arena_take(&trial->arena, (size_t)batch->size * (size_t)batch->input_dim, sizeof(float))
                        : NULL;
    selection_take(&trial->selection, trial->strategy, batch, trial->count, &trial->arena);
}

static void trial_begin(struct trial *trial, const char *name, int size, int dim, int inputs, int count)
{
    struct error error;
    *trial = (struct trial){
        .strategy = find_strategy(name), .batch = {.size = size, .dim = dim, .input_dim = inputs}, .count = count};
    cr_assert_leq(trial->strategy->plugin.options_size, OPTIONS_SIZE);
    if (trial->strategy->plugin.fields) option_defaults(trial->strategy->plugin.fields, trial->options);
    carve(trial);
    cr_assert_eq(arena_init(&trial->arena, trial->arena.peak, &error), 0);
    carve(trial);
}

static void draw_vectors(struct trial *trial, uint64_t draw)
{
    struct random random = random_stream(2, RANDOM_TEST, 0, draw);
    struct batch *batch = &trial->batch;
    for (int c = 0; c < batch->size * batch->dim; c++) batch->received[c] = 1e-3f * random_normal(&random);
    for (int c = 0; c < batch->size * batch->input_dim; c++) batch->inputs[c] = fabsf(random_normal(&random));
}

static void set_option(struct trial *trial, const char *name, const char *value)
{
    struct error error;
    const struct field *field = option_find(trial->strategy->plugin.fields, name);
    cr_assert_eq(option_parse(field, trial->options, value, &error), 0, "%s", error.message);
}

/* Directly, so that K = B is the strategy's choice too. */
static void select_samples(struct trial *trial, uint64_t draw)
{
    struct random random = random_stream(5, RANDOM_STRATEGY, 0, draw);
    arena_rewind(&trial->selection.scratch, 0);
    trial->strategy->select(trial->options, &trial->batch, trial->count, &random, &trial->selection);
    cr_assert_eq(trial->selection.count, trial->count);
}

/* ---- beside numbers computed elsewhere ---- */

static void read_floats(FILE *file, float *values, int count)
{
    for (int i = 0; i < count; i++) cr_assert_eq(fscanf(file, "%f", &values[i]), 1);
}

static void read_ints(FILE *file, int *values, int count)
{
    for (int i = 0; i < count; i++) cr_assert_eq(fscanf(file, "%d", &values[i]), 1);
}

/* Where sample `position` stands in the selection, or -1. */
static int find_selected(const struct selection *selection, int position)
{
    for (int k = 0; k < selection->count; k++)
        if (selection->index[k] == position) return k;
    return -1;
}

static void check_case(FILE *file, const char *name)
{
    int sizes[4], count, index[SIZE_MAX_HERE]; /* B, d, c, K */
    float weight[SIZE_MAX_HERE];
    struct trial trial;
    read_ints(file, sizes, 4);
    trial_begin(&trial, name, sizes[0], sizes[1], sizes[2], sizes[3]);
    read_floats(file, trial.batch.received, sizes[0] * sizes[1]);
    if (sizes[2] > 0) read_floats(file, trial.batch.inputs, sizes[0] * sizes[2]);
    read_ints(file, &count, 1);
    cr_assert(count <= sizes[3] && sizes[3] <= SIZE_MAX_HERE);
    read_ints(file, index, count);
    read_floats(file, weight, count);
    select_samples(&trial, 0);
    for (int i = 0; i < count; i++) {
        int k = find_selected(&trial.selection, index[i]);
        cr_expect_geq(k, 0, "%s, B = %d: %d is not selected", name, sizes[0], index[i]);
        if (k >= 0)
            cr_expect_float_eq(trial.selection.weight[k], weight[i], 1e-4 * fmax(1, weight[i]),
                               "%s, B = %d: %d weighs %g, not %g", name, sizes[0], index[i], trial.selection.weight[k],
                               weight[i]);
    }
    arena_release(&trial.arena);
}

Test(strategy_numbers, are_those_of_the_vectors_themselves)
{
    FILE *file = fopen("tests/fixtures/strategies.txt", "r");
    char name[64];
    int cases = 0;
    cr_assert_not_null(file);
    for (; fscanf(file, "%63s", name) == 1; cases++) check_case(file, name);
    cr_expect_eq(cases, 16);
    fclose(file);
}

/* ---- what holds by itself ---- */

/* |sum_S w_i v_i - sum_B v_i| / |sum_B v_i|. */
static double distance_to_full(const struct trial *trial)
{
    const struct batch *batch = &trial->batch;
    double wrong = 0, norm = 0;
    for (int d = 0; d < batch->dim; d++)
        for (int c = 0; c < batch->input_dim; c++) {
            double full = 0, part = 0;
            for (int i = 0; i < batch->size; i++)
                full += (double)batch->received[i * batch->dim + d] * batch->inputs[i * batch->input_dim + c];
            for (int k = 0; k < trial->selection.count; k++) {
                int i = trial->selection.index[k];
                part += trial->selection.weight[k] * (double)batch->received[i * batch->dim + d] *
                        batch->inputs[i * batch->input_dim + c];
            }
            wrong += (full - part) * (full - part);
            norm += full * full;
        }
    return sqrt(wrong / norm);
}

Test(matching, of_the_whole_batch_without_lambda_is_the_full_sum)
{
    struct trial trial;
    trial_begin(&trial, "matching", 24, 8, 9, 24);
    draw_vectors(&trial, 0);
    set_option(&trial, "lambda", "0");
    select_samples(&trial, 0);
    cr_expect_lt(distance_to_full(&trial), 1e-5, "%g", distance_to_full(&trial));
    arena_release(&trial.arena);
}

Test(matching, comes_nearer_than_a_random_choice_and_fills_up_with_the_weight_asked_for)
{
    struct trial trial, random;
    trial_begin(&trial, "matching", 60, 4, 3, 20);
    trial_begin(&random, "random", 60, 4, 3, 20);
    for (uint64_t draw = 0; draw < 20; draw++) {
        draw_vectors(&trial, draw);
        draw_vectors(&random, draw);
        select_samples(&trial, draw);
        select_samples(&random, draw);
        for (int k = 0; k < 20; k++) random.selection.weight[k] = 3;
        cr_expect_lt(distance_to_full(&trial), distance_to_full(&random));
    }
    set_option(&trial, "lambda", "0"); /* 12 dimensions, so that at most 12 samples are needed */
    set_option(&trial, "fill", "1");
    select_samples(&trial, 0);
    int filled = 0;
    for (int k = 0; k < 20; k++) filled += trial.selection.weight[k] == 1;
    cr_expect_geq(filled, 8);
    arena_release(&trial.arena);
    arena_release(&random.arena);
}

Test(diverse, draws_any_sample_where_none_has_a_gradient_and_in_proportion_where_asked)
{
    enum { DRAWS = 4000 };
    struct trial trial;
    int taken[4] = {0};
    trial_begin(&trial, "diverse", 4, 3, 0, 1);
    for (uint64_t draw = 0; draw < 200; draw++) {
        select_samples(&trial, draw);
        taken[trial.selection.index[0]]++;
    }
    for (int i = 0; i < 4; i++) cr_expect_gt(taken[i], 20);
    /* v = (1 0 0), (0 2 0), (0 0 0), (0 0 1): <v_i, sum> = 1, 4, 0, 1 */
    trial.batch.received[0] = trial.batch.received[11] = 1;
    trial.batch.received[4] = 2;
    memset(taken, 0, sizeof taken);
    select_samples(&trial, 0);
    cr_expect_eq(trial.selection.index[0], 1);
    set_option(&trial, "pick", "drawn");
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        select_samples(&trial, draw);
        taken[trial.selection.index[0]]++;
    }
    const double chance[4] = {1 / 6., 4 / 6., 0, 1 / 6.};
    for (int i = 0; i < 4; i++) cr_expect_leq(fabs(taken[i] - DRAWS * chance[i]), 5 * sqrt(DRAWS * chance[i]));
    arena_release(&trial.arena);
}

Test(facility, weighs_by_how_many_are_near)
{
    struct trial trial;
    const float places[] = {0, 0.1f, 10, 10.2f, 10.1f, 0.1f, 10.1f};
    trial_begin(&trial, "facility", 7, 1, 0, 2);
    memcpy(trial.batch.received, places, sizeof places);
    select_samples(&trial, 0);
    cr_expect(trial.selection.index[0] == 1 && trial.selection.weight[0] == 3);
    cr_expect(trial.selection.index[1] == 2 && trial.selection.weight[1] == 4);
    arena_release(&trial.arena);
}

Test(strategy_numbers, that_are_no_numbers_are_left_alone)
{
    const char *const names[] = {"diverse", "matching", "facility", "herding"};
    for (int n = 0; n < 4; n++) {
        struct trial trial;
        trial_begin(&trial, names[n], 8, 2, 2, 3);
        draw_vectors(&trial, 1);
        trial.batch.received[5] = NAN;
        trial.batch.inputs[3] = INFINITY;
        select_samples(&trial, 0);
        for (int k = 0; k < 3; k++) cr_expect(isfinite(trial.selection.weight[k]), "%s", names[n]);
        arena_release(&trial.arena);
    }
}

Test(strategy_numbers, are_the_same_bits_for_any_number_of_threads)
{
    static float gram[3][SIZE_MAX_HERE * SIZE_MAX_HERE];
    const int sizes[] = {17, 64, SIZE_MAX_HERE};
    for (int s = 0; s < 3; s++) {
        struct trial trial;
        size_t bytes = (size_t)sizes[s] * (size_t)sizes[s] * sizeof(float);
        trial_begin(&trial, "diverse", sizes[s], 100, 130, 4);
        draw_vectors(&trial, 2);
        for (int threads = 1; threads <= 3; threads++) {
            parallel_set_threads(threads);
            gram_compute(&trial.batch, gram[threads - 1]);
            cr_expect_arr_eq(gram[0], gram[threads - 1], bytes, "%d samples, %d threads", sizes[s], threads);
        }
        arena_release(&trial.arena);
    }
    parallel_set_threads(0);
}
