/* test_strategies.c - the contract that every strategy in the registry keeps, and what each one promises besides.
 *
 * The contract tests walk strategy_registry, so a new strategy is tested without a line here. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/strategy.h"

enum { SIZE = 24, DIM = 5, INPUTS = 3, IMAGES = 40, STEPS = 50 };

/* A batch of classes in blocks, with the arrays that a strategy asked for and no others. */
struct arrays {
    int labels[SIZE], ids[SIZE];
    float embeddings[SIZE * DIM], lengths[SIZE], inputs[SIZE * INPUTS], sample_losses[SIZE], received[SIZE * DIM];
};

static struct batch make_batch(struct arrays *arrays, unsigned needs, int size, int step)
{
    struct random random = random_stream(1, RANDOM_TEST, 0, (uint64_t)step);
    for (int i = 0; i < SIZE; i++) arrays->labels[i] = i / 4;
    for (int i = 0; i < SIZE; i++) arrays->sample_losses[i] = step % 2 ? random_uniform(&random) : 0;
    for (int c = 0; c < SIZE * DIM; c++) {
        arrays->embeddings[c] = c % DIM == c / DIM % DIM;
        arrays->received[c] = step % 3 ? random_normal(&random) : 0;
    }
    for (int i = 0; i < SIZE; i++) {
        arrays->ids[i] = (int)random_below(&random, IMAGES);
        arrays->lengths[i] = 1;
    }
    for (int c = 0; c < SIZE * INPUTS; c++) arrays->inputs[c] = random_normal(&random);
    return (struct batch){
        .size = size,
        .dim = DIM,
        .input_dim = step % 5 ? INPUTS : 0,
        .step = step,
        .labels = needs & NEEDS_LABELS ? arrays->labels : NULL,
        .ids = needs & NEEDS_IDS ? arrays->ids : NULL,
        .embeddings = needs & NEEDS_EMBEDDINGS ? arrays->embeddings : NULL,
        .lengths = needs & NEEDS_EMBEDDINGS ? arrays->lengths : NULL,
        .inputs = needs & NEEDS_INPUTS && step % 5 ? arrays->inputs : NULL,
        .sample_losses = needs & NEEDS_LOSSES ? arrays->sample_losses : NULL,
        .received = needs & NEEDS_GRADIENTS ? arrays->received : NULL,
    };
}

/* Options at their defaults; the caller frees. */
static void *default_options(const struct plugin *plugin)
{
    void *options = calloc(1, plugin->options_size + 1);
    if (plugin->fields) option_defaults(plugin->fields, options);
    return options;
}

/* What a strategy has kept after a few batches; NULL: nothing; the caller frees. */
static float *make_history(const struct strategy *strategy, const void *options, int size, int batches)
{
    size_t count = strategy_history_count(strategy, options, IMAGES, size);
    float *history = count ? malloc(count * sizeof *history) : NULL;
    for (size_t i = 0; i < count; i++) history[i] = NAN;
    for (int step = 0; history && step < batches; step++) {
        struct arrays arrays;
        struct batch batch = make_batch(&arrays, ~0u, size, step);
        strategy->remember(options, &batch, history);
    }
    return history;
}

/* Arrays exactly as large as promised, so that the sanitizer sees a write behind the end. */
static struct selection make_selection(const struct strategy *strategy, const struct batch *batch, int count)
{
    struct arena scratch = arena_measure();
    if (strategy->scratch) strategy->scratch(batch, count, &scratch);
    return (struct selection){-1,
                              malloc((size_t)count * sizeof(int)),
                              malloc((size_t)count * sizeof(float)),
                              malloc((size_t)batch->size * sizeof(struct candidate)),
                              {.memory = aligned_alloc(ARENA_ALIGNMENT, scratch.peak), .capacity = scratch.peak}};
}

static void free_selection(struct selection *selection)
{
    free(selection->index);
    free(selection->weight);
    free(selection->candidates);
    free(selection->scratch.memory);
}

/* Selects `count` of the first `size` samples of step `step` into index and weight (SIZE); returns how many. */
static int run_select(const struct plugin *plugin, int size, int count, int step, int *index, float *weight)
{
    const struct strategy *strategy = (const struct strategy *)plugin;
    struct arrays arrays, untouched;
    struct batch batch = make_batch(&arrays, strategy->needs, size, step), same;
    struct random random = random_stream(0, RANDOM_STRATEGY, 0, (uint64_t)step);
    struct selection selection = make_selection(strategy, &batch, count);
    void *options = default_options(plugin);
    float *history = make_history(strategy, options, size, step % 4);

    batch.history = history;
    same = batch;
    memcpy(&untouched, &arrays, sizeof arrays);
    strategy_select(strategy, options, &batch, count, &random, &selection);
    int fewer = strategy->selects_fewer && strategy->selects_fewer(options), selected = selection.count;
    cr_assert(fewer ? selected >= 1 && selected <= count : selected == count, "%s: %d of %d", plugin->name, selected,
              count);
    cr_assert_eq(memcmp(&untouched, &arrays, sizeof arrays), 0, "%s wrote to the batch", plugin->name);
    cr_assert_eq(memcmp(&batch, &same, sizeof batch), 0);
    memcpy(index, selection.index, (size_t)selected * sizeof(int));
    memcpy(weight, selection.weight, (size_t)selected * sizeof(float));
    free(options);
    free(history);
    free_selection(&selection);
    return selected;
}

static const struct plugin *find_strategy(const char *name)
{
    for (int s = 0; strategy_registry[s]; s++)
        if (strcmp(strategy_registry[s]->name, name) == 0) return strategy_registry[s];
    cr_assert_fail("no strategy %s", name);
    return NULL;
}

Test(strategies, have_unique_names_summaries_and_a_select)
{
    cr_assert_not_null(strategy_registry[0]);
    for (int i = 0; strategy_registry[i]; i++) {
        const struct strategy *strategy = (const struct strategy *)strategy_registry[i];
        cr_assert(strategy->plugin.name && strategy->plugin.summary && strategy->select);
        for (int j = 0; j < i; j++) cr_assert_str_neq(strategy->plugin.name, strategy_registry[j]->name);
    }
}

Test(strategies, select_k_distinct_ascending_positions_with_finite_weights)
{
    int index[SIZE];
    float weight[SIZE];
    for (int s = 0; strategy_registry[s]; s++)
        for (int size = 1; size <= SIZE; size++)
            for (int count = 1; count <= size; count++) {
                int selected = run_select(strategy_registry[s], size, count, size + count, index, weight);
                for (int k = 0; k < selected; k++) {
                    cr_assert(index[k] >= 0 && index[k] < size, "%s", strategy_registry[s]->name);
                    cr_assert(k == 0 || index[k] > index[k - 1], "%s", strategy_registry[s]->name);
                    cr_assert(isfinite(weight[k]), "%s", strategy_registry[s]->name);
                }
            }
}

Test(strategies, are_ordinary_training_where_k_is_the_batch)
{
    int index[SIZE];
    float weight[SIZE];
    for (int s = 0; strategy_registry[s]; s++) {
        run_select(strategy_registry[s], SIZE, SIZE, 1, index, weight);
        for (int i = 0; i < SIZE; i++) cr_assert(index[i] == i && weight[i] == 1, "%s", strategy_registry[s]->name);
    }
}

Test(strategies, select_the_same_from_the_same_batch_and_stream)
{
    int index[SIZE], again[SIZE];
    float weight[SIZE], weight_again[SIZE];
    for (int s = 0; strategy_registry[s]; s++)
        for (int step = 0; step < STEPS; step++) {
            size_t count = (size_t)run_select(strategy_registry[s], SIZE, 9, step, index, weight);
            run_select(strategy_registry[s], SIZE, 9, step, again, weight_again);
            cr_assert_eq(memcmp(index, again, count * sizeof *index), 0, "%s", strategy_registry[s]->name);
            cr_assert_eq(memcmp(weight, weight_again, count * sizeof *weight), 0, "%s", strategy_registry[s]->name);
        }
}

Test(strategies, run_direct_unless_they_look_at_embeddings)
{
    const struct {
        unsigned needs;
        int direct;
    } cases[] = {{NEEDS_NOTHING, 1},
                 {NEEDS_LABELS, 1},
                 {NEEDS_IDS, 1},
                 {NEEDS_LABELS | NEEDS_IDS, 1},
                 {NEEDS_EMBEDDINGS, 0},
                 {NEEDS_LOSSES, 0},
                 {NEEDS_GRADIENTS, 0},
                 {NEEDS_INPUTS, 0},
                 {NEEDS_LABELS | NEEDS_LOSSES, 0}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct strategy strategy = {.needs = cases[c].needs};
        cr_assert_eq(strategy_runs_direct(&strategy), cases[c].direct);
    }
}

Test(strategies, select_a_rounded_share_and_at_least_one)
{
    const struct {
        double portion;
        int size, count;
    } cases[] = {{1, 32, 32},       {0.5, 32, 16},     {0.25, 32, 8}, {0.125, 32, 4}, {0.1, 32, 3}, {0.01, 32, 1},
                 {0.015625, 32, 1}, {0.078125, 32, 3}, {0.5, 1, 1},   {0.5, 5, 3},    {0.3, 5, 2},  {0.999, 10, 10}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        cr_expect_eq(strategy_selected_count(cases[c].portion, cases[c].size), cases[c].count, "%g of %d",
                     cases[c].portion, cases[c].size);
}

Test(strategies, first_and_full_take_the_front_with_weight_one)
{
    const char *const names[] = {"first", "full"};
    int index[SIZE];
    float weight[SIZE];
    for (int n = 0; n < 2; n++) {
        run_select(find_strategy(names[n]), SIZE, 7, 3, index, weight);
        for (int k = 0; k < 7; k++) cr_assert(index[k] == k && weight[k] == 1);
    }
}

Test(strategies, random_takes_every_sample_equally_often_and_every_pair)
{
    enum { DRAWS = 6000, K = 6 };
    int index[SIZE], taken[SIZE] = {0}, pairs[SIZE][SIZE] = {{0}};
    float weight[SIZE];
    for (int step = 0; step < DRAWS; step++) {
        run_select(find_strategy("random"), SIZE, K, step, index, weight);
        for (int k = 0; k < K; k++) {
            cr_assert_eq(weight[k], 1);
            taken[index[k]]++;
            for (int l = 0; l < k; l++) pairs[index[l]][index[k]]++;
        }
    }
    double share = (double)K / SIZE, pair_share = share * (K - 1) / (SIZE - 1);
    for (int i = 0; i < SIZE; i++) {
        cr_assert_lt(fabs(taken[i] - DRAWS * share), 5 * sqrt(DRAWS * share * (1 - share)));
        for (int j = i + 1; j < SIZE; j++)
            cr_assert_lt(fabs(pairs[i][j] - DRAWS * pair_share), 5 * sqrt(DRAWS * pair_share));
    }
}

/* ---- one batch of six samples in three classes, in mixed order ---- */

enum { SMALL = 6 };

struct small {
    int labels[SMALL];
    float losses[SMALL], received[SMALL], embeddings[2 * SMALL];
    int index[SMALL];
    float weight[SMALL];
    struct candidate candidates[SMALL];
};

static struct small make_small(void)
{
    return (struct small){
        .labels = {7, 3, 7, 5, 3, 5},
        .losses = {1, 4, 3, 2, 2, 0},
        .received = {0.5f, 3, 0, 1, 1, 0.5f},
        .embeddings = {1, 0, 0, 1, 0.6f, 0.8f, -1, 0, 0.8f, 0.6f, 0, -1},
    };
}

/* Selects `count` of the six into small->index; labels and losses may have been changed before. */
static void select_small(const char *name, struct small *small, int count, uint64_t draw, long step)
{
    const struct plugin *plugin = find_strategy(name);
    struct random random = random_stream(4, RANDOM_STRATEGY, 0, draw);
    struct batch batch = {.size = SMALL,
                          .dim = 1,
                          .step = step,
                          .labels = small->labels,
                          .sample_losses = small->losses,
                          .received = small->received};
    struct batch flat = batch; /* the embeddings are of two dimensions */
    flat.dim = 2;
    flat.embeddings = small->embeddings;
    struct selection selection = {0, small->index, small->weight, small->candidates, {0}};
    void *options = default_options(plugin);
    int embeds = ((const struct strategy *)plugin)->needs & NEEDS_EMBEDDINGS;
    ((const struct strategy *)plugin)->select(options, embeds ? &flat : &batch, count, &random, &selection);
    cr_assert_eq(selection.count, count);
    free(options);
}

static void expect_small(const char *name, struct small small, int count, const int *expected)
{
    select_small(name, &small, count, 0, 0);
    for (int k = 0; k < count; k++)
        cr_expect_eq(small.index[k], expected[k], "%s: number %d is %d", name, k, small.index[k]);
}

Test(strategies, by_loss_take_the_largest_or_the_smallest_and_of_equals_the_first)
{
    expect_small("top_loss", make_small(), 3, (int[]){1, 2, 3});
    expect_small("low_loss", make_small(), 3, (int[]){0, 3, 5});
}

Test(strategies, of_a_diverged_batch_take_the_losses_that_are_numbers)
{
    struct small small = make_small();
    small.losses[1] = NAN;
    expect_small("top_loss", small, 2, (int[]){2, 3});
}

Test(gradient_norm, takes_the_largest_and_of_equals_the_first)
{
    expect_small("gradient_norm", make_small(), 2, (int[]){1, 3});
    expect_small("gradient_norm", make_small(), 4, (int[]){0, 1, 3, 4});
}

Test(classes_top_loss, takes_whole_classes_and_the_front_of_the_last)
{
    expect_small("classes_top_loss", make_small(), 2, (int[]){1, 4}); /* mean 3 */
    expect_small("classes_top_loss", make_small(), 3, (int[]){0, 1, 4});
    struct small equal = make_small();
    for (int i = 0; i < SMALL; i++) equal.losses[i] = 1;
    expect_small("classes_top_loss", equal, 3, (int[]){0, 1, 2}); /* the class of 0 begins first */
}

Test(hardest, takes_the_smallest_margins)
{
    /* margins: 0: .6-.8, 1: .6-.8, 2: .6-.96, 3: 0-0, 4: .6-.96, 5: 0-0 */
    expect_small("hardest", make_small(), 2, (int[]){2, 4});
    expect_small("hardest", make_small(), 4, (int[]){0, 1, 2, 4});
    expect_small("hardest", make_small(), 5, (int[]){0, 1, 2, 3, 4});
}

Test(hardest, has_an_answer_without_positives_or_negatives)
{
    struct small small = make_small();
    for (int i = 0; i < SMALL; i++) small.labels[i] = i;
    select_small("hardest", &small, 3, 0, 0);
    for (int i = 0; i < SMALL; i++) small.labels[i] = 1;
    select_small("hardest", &small, 3, 0, 0);
}

Test(classes, takes_whole_classes_and_any_of_the_last)
{
    int seen[SMALL] = {0}, third[SMALL] = {0};
    for (uint64_t draw = 0; draw < 200; draw++) {
        struct small small = make_small();
        select_small("classes", &small, 2, draw, 0);
        cr_assert_eq(small.labels[small.index[0]], small.labels[small.index[1]]);
        seen[small.index[0]]++;
        select_small("classes", &small, 3, draw, 0);
        int classes[8] = {0};
        for (int k = 0; k < 3; k++) classes[small.labels[small.index[k]]]++;
        cr_assert_eq((classes[7] == 2) + (classes[3] == 2) + (classes[5] == 2), 1);
        for (int k = 0; k < 3; k++) third[small.index[k]] += classes[small.labels[small.index[k]]] == 1;
    }
    cr_expect(seen[0] > 40 && seen[1] > 40 && seen[3] > 40, "every class has its turn");
    for (int i = 0; i < SMALL; i++) cr_expect_gt(third[i], 10, "sample %d can be the last class's", i);
}

Test(per_class, gives_every_class_its_share_and_draws_the_rest)
{
    int extra[8] = {0}, taken[SMALL] = {0};
    for (uint64_t draw = 0; draw < 300; draw++) {
        struct small small = make_small();
        int classes[8] = {0};
        select_small("per_class", &small, 4, draw, 0);
        for (int k = 0; k < 4; k++) classes[small.labels[small.index[k]]]++;
        cr_assert(classes[3] >= 1 && classes[5] >= 1 && classes[7] >= 1);
        for (int c = 0; c < 8; c++) extra[c] += classes[c] == 2;
        select_small("per_class", &small, 3, draw, 0);
        for (int k = 0; k < 3; k++) taken[small.index[k]]++;
    }
    cr_expect(extra[3] > 60 && extra[5] > 60 && extra[7] > 60);
    for (int i = 0; i < SMALL; i++) cr_expect(taken[i] > 100 && taken[i] < 200, "sample %d: %d", i, taken[i]);
}

Test(rotating, gives_every_position_its_turn)
{
    int taken[SMALL] = {0};
    for (long step = 0; step < 6; step++) {
        struct small small = make_small();
        select_small("rotating", &small, 4, 0, step);
        for (int k = 0; k < 4; k++) taken[small.index[k]]++;
        for (int k = 1; k < 4; k++) cr_assert_gt(small.index[k], small.index[k - 1]);
        if (step == 1) cr_expect(small.index[0] == 0 && small.index[1] == 1 && small.index[2] == 4);
    }
    for (int i = 0; i < SMALL; i++) cr_expect_eq(taken[i], 4);
}

Test(selective, prefers_large_losses_as_their_rank_says)
{
    enum { DRAWS = 20000 };
    int taken[SMALL] = {0};
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        struct small small = make_small();
        select_small("selective", &small, 1, draw, 0);
        taken[small.index[0]]++;
    }
    /* F: losses 0, 1, 2, 2, 3, 4 in sixths of the batch: 1, 2, 4, 4, 5, 6 */
    const double chance[SMALL] = {2 / 22., 6 / 22., 5 / 22., 4 / 22., 4 / 22., 1 / 22.};
    for (int i = 0; i < SMALL; i++)
        cr_expect_lt(fabs(taken[i] - DRAWS * chance[i]), 5 * sqrt(DRAWS * chance[i]), "sample %d: %d", i, taken[i]);
}

Test(importance, draws_in_proportion_to_the_gradient_and_weights_against_it)
{
    enum { DRAWS = 20000 };
    double taken[SMALL] = {0};
    /* |g| .5 3 0 1 1 .5, K = 3: sample 1 is certain (3 * 3 > 6), the others share 2 as .5 : 0 : 1 : 1 : .5 */
    const double chance[SMALL] = {1 / 3., 1, 0, 2 / 3., 2 / 3., 1 / 3.};
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        struct small small = make_small();
        select_small("importance", &small, 3, draw, 0);
        for (int k = 0; k < 3; k++) {
            int i = small.index[k];
            taken[i]++;
            cr_assert_float_eq(small.weight[k], 1 / chance[i], 1e-5);
        }
    }
    for (int i = 0; i < SMALL; i++)
        cr_expect_lt(fabs(taken[i] - DRAWS * chance[i]), 5 * sqrt(DRAWS * chance[i]) + 1e-9, "sample %d: %g", i,
                     taken[i]);
}

Test(importance, fills_up_with_samples_without_gradient)
{
    struct small small = make_small();
    for (int i = 0; i < SMALL; i++) small.received[i] = i == 4;
    for (uint64_t draw = 0; draw < 20; draw++) {
        int has = 0;
        select_small("importance", &small, 3, draw, 0);
        for (int k = 0; k < 3; k++) {
            cr_assert(isfinite(small.weight[k]));
            has += small.index[k] == 4 && small.weight[k] == 1;
        }
        cr_assert_eq(has, 1);
    }
}

/* ---- whether the expected partial gradient is the full one ---- */

/* The largest distance, in standard errors, between the mean over many selections of sum w_i g_i and sum g_i. */
static double bias_in_errors(const char *name, double scale)
{
    enum { DRAWS = 4000, K = 6 };
    const struct strategy *strategy = (const struct strategy *)find_strategy(name);
    struct arrays arrays;
    struct batch batch = make_batch(&arrays, ~0u, SIZE, 7);
    int index[SIZE];
    float weight[SIZE];
    struct candidate candidates[SIZE];
    struct selection selection = {0, index, weight, candidates, {0}};
    double full[DIM] = {0}, sum[DIM] = {0}, square[DIM] = {0}, worst = 0;
    void *options = default_options(&strategy->plugin);
    for (int c = 0; c < SIZE * DIM; c++) {
        arrays.received[c] *= 1 + c / DIM; /* some count for much more than others */
        full[c % DIM] += arrays.received[c];
    }
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        struct random random = random_stream(11, RANDOM_STRATEGY, 0, draw);
        double partial[DIM] = {0};
        strategy->select(options, &batch, K, &random, &selection);
        for (int k = 0; k < K; k++)
            for (int d = 0; d < DIM; d++) partial[d] += scale * weight[k] * arrays.received[index[k] * DIM + d];
        for (int d = 0; d < DIM; d++) {
            sum[d] += partial[d];
            square[d] += partial[d] * partial[d];
        }
    }
    for (int d = 0; d < DIM; d++) {
        double mean = sum[d] / DRAWS, variance = fmax(square[d] / DRAWS - mean * mean, 1e-12);
        worst = fmax(worst, fabs(mean - full[d]) / sqrt(variance / DRAWS));
    }
    free(options);
    return worst;
}

Test(strategies, that_are_unbiased_have_the_full_gradient_as_their_mean)
{
    cr_expect_lt(bias_in_errors("importance", 1), 4);
    cr_expect_lt(bias_in_errors("random", SIZE / 6.0), 4);
    cr_expect_lt(bias_in_errors("per_class", SIZE / 6.0), 4);
    cr_expect_lt(bias_in_errors("classes", SIZE / 6.0), 4);
}

Test(strategies, that_choose_by_loss_or_gradient_are_biased)
{
    cr_expect_gt(bias_in_errors("top_loss", SIZE / 6.0), 20);
    cr_expect_gt(bias_in_errors("gradient_norm", SIZE / 6.0), 20);
}
