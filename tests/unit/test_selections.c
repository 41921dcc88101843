/* test_selections.c - what each strategy takes of one batch of six samples in three classes, in mixed order. */
#include "tests/support/strategy_fixture.h"

enum { SMALL = 6 };

/* The six samples, and what a strategy takes of them. */
struct small {
    int labels[SMALL];
    float losses[SMALL], reference_losses[SMALL], received[SMALL], embeddings[2 * SMALL];
    int index[SMALL];
    float weight[SMALL];
    struct candidate candidates[SMALL];
    float history[64];                /* NAN, but for what a test sets */
    const char *option[2], *value[2]; /* that are not at their default */
    int selected;
};

static const int small_ids[SMALL] = {3, 0, 5, 1, 2, 4};

static struct small make_small(void)
{
    struct small small = {
        .labels = {7, 3, 7, 5, 3, 5},
        .losses = {1, 4, 3, 2, 2, 0},
        .received = {0.5f, 3, 0, 1, 1, 0.5f},
        .embeddings = {1, 0, 0, 1, 0.6f, 0.8f, -1, 0, 0.8f, 0.6f, 0, -1},
    };
    for (size_t i = 0; i < sizeof small.history / sizeof *small.history; i++) small.history[i] = NAN;
    return small;
}

static struct batch view_small(struct small *small, int dim, long step)
{
    return (struct batch){.size = SMALL,
                          .dim = dim, /* 2 of the embeddings, 1 of the gradients */
                          .step = step,
                          .labels = small->labels,
                          .ids = small_ids,
                          .embeddings = small->embeddings,
                          .sample_losses = small->losses,
                          .reference_losses = small->reference_losses,
                          .received = small->received,
                          .history = small->history};
}

static void *small_options(const struct small *small, const struct plugin *plugin)
{
    void *options = default_options(plugin);
    for (int o = 0; o < 2; o++)
        if (small->option[o]) set_option(plugin, options, small->option[o], small->value[o]);
    return options;
}

/* Selects up to `count` of the six into small->index; labels, losses ... may have been changed before. */
static void select_small(const char *name, struct small *small, int count, uint64_t draw, long step)
{
    const struct plugin *plugin = find_strategy(name);
    const struct strategy *strategy = (const struct strategy *)plugin;
    struct random random = random_stream(4, RANDOM_STRATEGY, 0, draw);
    struct batch batch = view_small(small, strategy->needs & NEEDS_EMBEDDINGS ? 2 : 1, step);
    struct selection selection = {0, small->index, small->weight, small->candidates, {0}};
    void *options = small_options(small, plugin);
    strategy->select(options, &batch, count, &random, &selection);
    small->selected = selection.count;
    cr_assert(selection.count == count || (strategy->selects_fewer && strategy->selects_fewer(options)));
    free(options);
}

/* What the strategy keeps of the six. */
static void remember_small(const char *name, struct small *small)
{
    const struct plugin *plugin = find_strategy(name);
    const struct strategy *strategy = (const struct strategy *)plugin;
    struct batch batch = view_small(small, strcmp(name, "importance") == 0 ? 1 : 2, 0);
    void *options = small_options(small, plugin);
    strategy->remember(options, &batch, small->history);
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

Test(importance, with_replacement_weighs_repeats)
{
    struct small small = make_small();
    small.option[0] = "replacement", small.value[0] = "yes";
    for (uint64_t draw = 0; draw < 200; draw++) {
        double draws = 0; /* weights are n / (K q), q = |u| / 6 */
        select_small("importance", &small, 3, draw, 0);
        for (int k = 0; k < small.selected; k++) draws += small.weight[k] * 3 * small.received[small.index[k]] / 6;
        cr_assert_float_eq(draws, 3, 1e-5);
    }
}

Test(importance, switches_where_it_pays)
{
    struct small small = make_small();
    small.option[0] = "switch", small.value[0] = "yes";
    select_small("importance", &small, 2, 0, 0);
    for (int k = 0; k < 2; k++) cr_expect_eq(small.weight[k], 3, "uniform until something is known");
    for (int step = 0; step < 60; step++) remember_small("importance", &small);
    /* sum q^2 = (.25 + 9 + 1 + 1 + .25) / 36, tau = sqrt(6 x that) = 1.384; 12 / 10 at K = 2, 15 / 12 at 3, 21 / 16 at
     * 5 */
    cr_expect_float_eq(small.history[0], sqrt(6 * 11.5 / 36), 0.01);
    select_small("importance", &small, 2, 0, 0);
    cr_expect_neq(small.weight[0], 3);
    small.history[0] = 1.3f;
    select_small("importance", &small, 5, 0, 0);
    for (int k = 0; k < 5; k++) cr_expect_float_eq(small.weight[k], 6 / 5., 1e-6);
}

Test(selective, as_composer_has_it_and_over_earlier_batches)
{
    enum { DRAWS = 20000 };
    int taken[2][SMALL] = {{0}};
    struct small small = make_small();
    small.option[0] = "auto", small.value[0] = "yes";
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        select_small("selective", &small, 1, draw, 0);
        taken[0][small.index[0]]++;
    }
    struct small later = make_small();
    later.option[0] = "last", later.value[0] = "2";
    remember_small("selective", &later);
    for (int i = 0; i < SMALL; i++) later.losses[i] = 3;
    later.losses[4] = 0.5f;
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        select_small("selective", &later, 1, draw, 0);
        taken[1][later.index[0]]++;
    }
    /* ranks less a half of losses 1 4 3 2 2 0: 1.5 5.5 4.5 3 3 .5, to the fifth; F of 3 and .5 in 0 .5 1 2 2 3 3 3 3 3
     * 3 4 */
    double power[SMALL] = {1.5, 5.5, 4.5, 3, 3, 0.5}, sum = 0;
    for (int i = 0; i < SMALL; i++) sum += power[i] = pow(power[i], 5);
    for (int i = 0; i < SMALL; i++) {
        double composer = DRAWS * power[i] / sum, earlier = DRAWS * (i == 4 ? 2 : 11) / 57.;
        cr_expect_lt(fabs(taken[0][i] - composer), 5 * sqrt(composer) + 1, "sample %d: %d", i, taken[0][i]);
        cr_expect_lt(fabs(taken[1][i] - earlier), 5 * sqrt(earlier), "sample %d: %d", i, taken[1][i]);
    }
}

Test(selective, keeps_the_last_batches_only)
{
    struct small small = make_small();
    small.option[0] = "last", small.value[0] = "2";
    for (int step = 0; step < 3; step++) {
        small.losses[0] = (float)step;
        remember_small("selective", &small);
    }
    cr_expect(small.history[0] == 1 && small.history[1] == 2 && small.history[1 + SMALL] == 1);
}

Test(soft_pruning, drops_of_what_was_learned_and_weighs_the_rest_of_it)
{
    struct small small = make_small();
    remember_small("soft_pruning", &small); /* losses 1 4 3 2 2 0, mean 2: below are 0 and 5 */
    for (uint64_t draw = 0; draw < 50; draw++) {
        select_small("soft_pruning", &small, 5, draw, 0); /* 6 - 5/2 = 4 of the lowest: 0, 3, 4, 5; 3 stay */
        for (int k = 0; k < 5; k++) {
            int certain = small.index[k] == 1 || small.index[k] == 2;
            cr_assert_float_eq(small.weight[k], certain ? 1 : 4 / 3., 1e-6);
        }
    }
    small.option[0] = "r", small.value[0] = "0.5";
    select_small("soft_pruning", &small, 5, 0, 0); /* one of the two below the mean */
    cr_expect_eq(small.selected, 5);
    for (int k = 0; k < 5; k++) cr_expect_eq(small.weight[k], small.index[k] == 0 || small.index[k] == 5 ? 2 : 1);
}

Test(soft_pruning, keeps_what_was_never_seen)
{
    struct small small = make_small();
    remember_small("soft_pruning", &small);
    small.history[small_ids[0]] = small.history[small_ids[5]] = NAN;
    for (uint64_t draw = 0; draw < 50; draw++) {
        int seen = 0;
        select_small("soft_pruning", &small, 4, draw, 0);
        for (int k = 0; k < 4; k++) seen += small.index[k] == 0 || small.index[k] == 5;
        cr_assert_eq(seen, 2);
    }
}

Test(backdrop, keeps_up_to_k_and_weighs_by_how_many)
{
    double mean = 0;
    for (uint64_t draw = 0; draw < 500; draw++) {
        struct small small = make_small();
        select_small("backdrop", &small, 3, draw, 0);
        cr_assert(small.selected >= 1 && small.selected <= 3);
        for (int k = 0; k < small.selected; k++) cr_assert_float_eq(small.weight[k], 6. / small.selected, 1e-6);
        mean += small.selected / 500.;
    }
    /* E min(max(n, 1), 3), n binomial of 6 and a half: (1 x 7 + 2 x 15 + 3 x 42) / 64 = 2.547 */
    cr_expect_float_eq(mean, 2.547, 0.15);
}

Test(no_zero, takes_what_has_a_gradient)
{
    struct small small = make_small();
    select_small("no_zero", &small, 5, 0, 0);
    const int expected[] = {0, 1, 3, 4, 5};
    cr_expect_eq(small.selected, 5);
    for (int k = 0; k < 5; k++) cr_expect(small.index[k] == expected[k] && small.weight[k] == 1);
    select_small("no_zero", &small, 2, 0, 0);
    for (int k = 0; k < 2; k++) cr_expect(small.index[k] != 2 && small.weight[k] == 2.5f);
    memset(small.received, 0, sizeof small.received);
    select_small("no_zero", &small, 4, 0, 0);
    cr_expect(small.selected == 1 && small.index[0] == 0);
}

Test(reference_loss, takes_what_the_reference_finds_easier)
{
    struct small small = make_small();
    for (int i = 0; i < SMALL; i++) small.reference_losses[i] = (float[]){0.5f, 4, 1, 5, 0, 0}[i];
    expect_small("reference_loss", small, 3, (int[]){0, 2, 4}); /* 0.5, 0, 2, -3, 2, 0 */
    small.reference_losses[4] = NAN;
    expect_small("reference_loss", small, 2, (int[]){0, 2});
    expect_small("reference_loss", small, 3, (int[]){0, 1, 2}); /* of equals the first */
}

Test(stale_loss, takes_the_unseen_and_then_the_largest_of_the_last_visit)
{
    struct small small = make_small();
    remember_small("stale_loss", &small);
    memset(small.losses, 0, sizeof small.losses);
    expect_small("stale_loss", small, 2, (int[]){1, 2});
    small.history[small_ids[5]] = NAN;
    expect_small("stale_loss", small, 2, (int[]){1, 5});
}

Test(forgetting, takes_those_that_lost_their_neighbor_most_often)
{
    struct small small = make_small();
    int first[SMALL] = {0};
    for (uint64_t draw = 0; draw < 120; draw++) {
        select_small("forgetting", &small, 1, draw, 0);
        first[small.index[0]]++;
    }
    for (int i = 0; i < SMALL; i++) cr_expect_gt(first[i], 5, "nobody was seen yet");
    /* nearest neighbors: 0-4, 1-2, 2-4 (.96), 3-1 or 3-5 (both 0: the first), 4-2, 5-0 */
    for (int i = 0; i < SMALL; i++) small.labels[i] = 1;
    remember_small("forgetting", &small);
    small.labels[1] = 2; /* 1 and 3 lose theirs */
    remember_small("forgetting", &small);
    expect_small("forgetting", small, 2, (int[]){1, 3});
}
