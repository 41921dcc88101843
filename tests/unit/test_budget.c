/* test_budget.c - that steps are counted as they run, and that budgets are equal within a step. */
#include <criterion/criterion.h>

#include <math.h>

#include "harness/training/equal_budget.h"
#include "harness/training/resolve.h"
#include "harness/training/update.h"
#include "tests/support/experiment_fixture.h"

/* A cell of an experiment on conv4 with the given lines besides. */
static struct settings settings_of(struct made **made, const char *lines)
{
    char *text;
    cr_assert_geq(asprintf(&text, "dataset: birds\nmodel: conv4\nimage_size: 32\n%s", lines), 0);
    *made = made_of(text);
    free(text);
    return (*made)->grid.cells[0].settings;
}

static struct network_work work_of(const struct settings *settings)
{
    struct network_request request = update_network_request(settings, 1, 1);
    struct network_work work;
    struct error error;
    cr_assert_eq(network_count_work(&request, &work, &error), 0, "%s", error.message);
    return work;
}

/* Step by step. */
static double add_up(const struct budget *budget, const struct prices *prices)
{
    double sum = 0;
    for (long step = 0; step < budget->steps; step++) sum += prices->of[budget_kind(budget, step)];
    return sum;
}

Test(budget, sums_are_those_of_the_steps_that_run)
{
    const struct prices prices = {{1, 100, 10000, 1000000}};
    struct settings settings;
    settings_defaults(&settings);
    settings.batch_size = 10;
    for (int start = 0; start <= 10; start++)
        for (int end = start; end <= 10; end++)
            for (int every = 0; every <= 5; every++)
                for (int epochs = 0; epochs <= 4; epochs += 2)
                    for (long steps = 1; steps < 50; steps += 6) {
                        settings.portion_schedule = (struct settings_portion_schedule){start / 10.0, end / 10.0, every};
                        settings.optimizer.head_warmup = epochs / 2.0;
                        struct budget budget = budget_of_steps(&settings, 10, steps);
                        cr_assert_eq(budget_sum(&budget, &prices), add_up(&budget, &prices),
                                     "start %d, end %d, every %d, head %d, %ld steps", start, end, every, epochs,
                                     steps);
                    }
}

Test(budget, the_last_epoch_has_the_steps_that_are_left)
{
    struct settings settings;
    settings_defaults(&settings);
    settings.accumulate = 3;
    for (long steps = 1; steps < 60; steps++) {
        struct budget budget = budget_of_steps(&settings, 7, steps);
        long sum = 0, updates = 0;
        for (int epoch = 1; epoch <= budget.epochs; epoch++) {
            cr_assert_gt(budget_epoch_steps(&budget, epoch), 0);
            sum += budget_epoch_steps(&budget, epoch);
            updates += budget_epoch_steps(&budget, epoch) / 3;
        }
        cr_expect_eq(sum, steps);
        cr_expect_eq(budget_updates(&budget), updates);
    }
}

Test(budget, whole_steps_are_where_the_schedule_has_them)
{
    struct settings settings;
    settings_defaults(&settings);
    settings.portion_schedule = (struct settings_portion_schedule){0.1, 0.8, 3};
    struct budget budget = budget_of_steps(&settings, 10, 30);
    char kinds[31] = {0};
    for (int step = 0; step < 30; step++) kinds[step] = budget_kind(&budget, step) & STEP_WHOLE ? 'w' : '.';
    cr_expect_str_eq(kinds, "www..w..w..w..w..w..w..wwwwwww");
}

/* What a cell has, and what it is to have, of what is equal; and the most that a step of it costs. */
static void check_equal(const char *lines)
{
    enum { IMAGES = 1003 };
    struct made *made;
    struct settings settings = settings_of(&made, lines), other = equal_budget_other(&settings);
    struct error error;
    cr_assert(equal_budget_is_open(&settings), "%s", lines);
    cr_assert_eq(equal_budget_resolve(&settings, IMAGES, NULL, NULL, &error), 0, "%s", error.message);
    struct network_work work = work_of(&settings);
    struct budget budget = budget_make(&settings, IMAGES), others = budget_make(&other, IMAGES);
    struct budget_totals own = budget_totals(&settings, &budget, &work), aim = budget_totals(&other, &others, &work);
    struct prices steps = budget_compute_prices(&settings, &work), samples = budget_gradient_prices(&settings);
    cr_expect_eq(budget.steps, settings.steps);
    if (settings.equal == EQUAL_UPDATES) cr_expect_eq(own.updates, aim.updates, "%s", lines);
    if (settings.equal == EQUAL_GRADIENTS)
        cr_expect_leq(fabs(own.gradients - aim.gradients), samples.of[STEP_WHOLE] / 2, "%s", lines);
    if (settings.equal == EQUAL_COMPUTE)
        cr_expect_leq(fabs(own.multiply_adds - aim.multiply_adds), steps.of[STEP_WHOLE] / 2, "%s", lines);
    made_release(made);
}

Test(budget, what_is_equal_is_so_within_a_step)
{
    static const char *const equals[] = {"gradients", "compute"};
    static const char *const others[] = {
        "portion: 0.25\nstrategy: random\n",
        "portion: 0.1\nstrategy: hardest\n",
        "portion: 0.25\nstrategy: random\nportion_schedule: {start: 0.13, end: 0.77, whole_every: 4}\n",
        "portion: 0.25\nstrategy: random\noptimizer: {head_warmup: 1.5}\n",
        "portion: 1\nequal_to: 0.25\n",
        "portion: 1\nequal_to: {portion: 0.25, batch_size: 128, backprop: two_pass}\n",
        "portion: 0.5\nstrategy: random\nmodel: {name: conv4, trainable_from: head}\n",
    };
    for (size_t e = 0; e < 2; e++)
        for (size_t o = 0; o < sizeof others / sizeof *others; o++) {
            char lines[512];
            int own_model = strstr(others[o], "model:") != NULL;
            snprintf(lines, sizeof lines, "epochs: 3\nbatch_size: 32\nequal: %s\n%s", equals[e],
                     own_model ? "portion: 0.5\nstrategy: random\n" : others[o]);
            check_equal(lines);
        }
    check_equal("epochs: 3\nbatch_size: 8\nequal: updates\nequal_to: {batch_size: 32}\n");
    check_equal("epochs: 3\nbatch_size: 8\naccumulate: 3\nequal: updates\nequal_to: {batch_size: 32}\n");
    check_equal("epochs: 3\nbatch_size: 128\naccumulate: 3\nequal: updates\nequal_to: {batch_size: 32}\n");
}

Test(budget, of_the_whole_batch_and_its_own_epochs_is_no_other_training)
{
    static const struct {
        const char *lines;
        int cells;
    } cases[] = {
        {"portion: [1, 0.25]\nstrategy: random\nequal: [epochs, updates, gradients, compute, time]\n", 5},
        {"portion: 1\nbackprop: [direct, two_pass]\nequal: [epochs, compute]\n", 3},
        {"portion: 0.25\nstrategy: random\nequal: [epochs, compute]\nequal_to: 0.25\n", 1},
        {"portion: 0.25\nstrategy: random\nportion_schedule: {whole_every: [0, 1, 2]}\n", 3},
        {"cases: [{portion: 1}, {portion: 0.25, strategy: random, portion_schedule: {start: 0, end: 1, whole_every: "
         "1}}]\n",
         1},
        {"cases: [{portion: 1}, {portion: 0.25, strategy: random, portion_schedule: {start: 1}}]\n", 1},
        {"optimizer: {name: sgd, step_every: [0.1, 0.2], beta1: [0.1, 0.2]}\n", 1},
        {"optimizer: {learning_rate: 0.01, head_learning_rate: [auto, 0.01]}\n", 1},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct made *made;
        settings_of(&made, cases[c].lines);
        cr_expect_eq(made->grid.count, cases[c].cells, "%d cells: %s", made->grid.count, cases[c].lines);
        made_release(made);
    }
}

Test(budget, refuses_what_contradicts_itself)
{
    static const struct {
        const char *lines, *part;
    } cases[] = {
        {"portion_schedule: {start: 0.8, end: 0.2}\n", "start: 0.8 is after end: 0.2"},
        {"steps: 100\n", "steps: 100 does not work with equal: epochs"},
        {"model: {name: conv4, embedding_size: 0}\noptimizer: {head_warmup: 1}\n", "head_warmup does not work"},
        {"optimizer: {learning_rate: 0, head_learning_rate: 1}\n", "trainable_from: head"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct made made;
        struct error error;
        char *text;
        int own_model = strstr(cases[c].lines, "model:") != NULL;
        cr_assert_geq(asprintf(&text, "dataset: birds\n%s%s", own_model ? "" : "model: conv4\n", cases[c].lines), 0);
        cr_expect_eq(made_read(&made, text, NULL, 0, &error), -1, "%s", cases[c].lines);
        cr_expect_not_null(strstr(error.message, cases[c].part), "'%s' does not say '%s'", error.message,
                           cases[c].part);
        free(text);
    }
}

/* The first layer's input, the image, gets no gradient; what lies before the trained layers costs nothing to train. */
Test(budget, the_backward_pass_costs_what_it_runs)
{
    struct made *made;
    struct settings settings = settings_of(&made, "");
    struct network_work all = work_of(&settings);
    double head = all.head_backward / 2, layers = all.forward - head, first = 0;
    cr_expect_gt(head, 0);
    first = 3 * layers + 2 * head - all.backward - layers;
    cr_expect_gt(first, 0);
    cr_expect_float_eq(first, 32.0 * 32 * 9 * 3 * 64, 1, "%g", first); /* conv4: 64 channels of 3 x 3 over 3 */
    snprintf(settings.network.trainable_from, sizeof settings.network.trainable_from, "head");
    struct network_work alone = work_of(&settings);
    cr_expect_eq(alone.forward, all.forward);
    cr_expect_eq(alone.backward, all.head_backward);
    made_release(made);
}

/* Of 4 samples at K = 2, a draw keeps 0 .. 4 with chances 1, 4, 6, 4, 1 of 16, and counts as 1, 1, 2, 2, 2. */
Test(budget, a_strategy_that_draws_its_count_is_expected_to_take_the_mean)
{
    struct error error;
    const struct strategy *backdrop =
        (const struct strategy *)plugin_find(strategy_registry, "strategy", "backdrop", &error);
    const struct strategy *random =
        (const struct strategy *)plugin_find(strategy_registry, "strategy", "random", &error);
    cr_expect_float_eq(strategy_expected_count(backdrop, NULL, 2, 4), 27.0 / 16, 1e-12);
    cr_expect_float_eq(strategy_expected_count(backdrop, NULL, 250, 1000), 244.53923014680530, 1e-6);
    cr_expect_eq(strategy_expected_count(backdrop, NULL, 4, 4), 4);
    cr_expect_eq(strategy_expected_count(random, NULL, 2, 4), 2);
    check_equal("epochs: 3\nbatch_size: 32\nequal: gradients\nportion: 0.25\nstrategy: backdrop\n");
}
