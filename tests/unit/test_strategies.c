/* test_strategies.c - the contract that every strategy in the registry keeps.
 *
 * The tests walk strategy_registry, so a new strategy is tested without a line here. */
#include "tests/support/strategy_fixture.h"

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
    } cases[] = {{NEEDS_NOTHING, 1},    {NEEDS_LABELS, 1},
                 {NEEDS_IDS, 1},        {NEEDS_LABELS | NEEDS_IDS, 1},
                 {NEEDS_EMBEDDINGS, 0}, {NEEDS_LOSSES, 0},
                 {NEEDS_GRADIENTS, 0},  {NEEDS_INPUTS, 0},
                 {NEEDS_REFERENCE, 0},  {NEEDS_LABELS | NEEDS_LOSSES, 0}};
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
