/* test_experiment_cases.c - cases of an experiment, and mappings that others merge. */
#include "tests/support/refusals.h"

/* ---- merged mappings ---- */

Test(experiment, takes_keys_from_the_mappings_that_it_merges)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\n"
                                "optimizer: &base {name: sgd, learning_rate: 0.5, momentum: 0.25}\n"
                                "cases:\n"
                                "  - &short {epochs: 1, seed: 3}\n"
                                "  - {<<: *short, seed: 4}\n"
                                "  - optimizer: {learning_rate: 0.125, <<: *base}\n");
    cr_expect_eq(made->experiment.has_merges, 1);
    cr_assert_eq(made->grid.count, 3);
    const struct settings *second = &made->grid.cells[1].settings, *third = &made->grid.cells[2].settings;
    cr_expect_eq(second->epochs, 1);
    cr_expect_eq(second->seed, 4, "its own keys win, wherever they stand");
    cr_expect_eq(third->optimizer.learning_rate, 0.125);
    cr_expect_eq(third->optimizer.momentum, 0.25);
    made_release(made);
}

Test(experiment, takes_the_first_of_several_merged_mappings_that_has_a_key)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\n"
                                "cases:\n"
                                "  - &one {seed: 1}\n"
                                "  - &two {seed: 2, epochs: 7}\n"
                                "  - <<: [*one, *two]\n"
                                "    samples_per_class: 2\n");
    cr_assert_eq(made->grid.count, 3);
    cr_expect_eq(made->grid.cells[2].settings.seed, 1);
    cr_expect_eq(made->grid.cells[2].settings.epochs, 7);
    made_release(made);
}

Test(experiment, has_no_merges_where_none_are)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\nseed: &s 1\nepochs: *s\n");
    cr_expect_eq(made->experiment.has_merges, 0);
    made_release(made);
}

Test(experiment, refuses_what_cannot_be_merged)
{
    refuses_at("dataset: birds\nmodel: conv4\noptimizer:\n  <<: adamw\n", 4, "'<<' merges a mapping");
    refuses_at("dataset: birds\nmodel: conv4\nseed: &s [1, 2]\n<<: *s\n", 3, "'<<' merges a mapping");
    refuses_at("dataset: birds\nmodel: conv4\noptimizer:\n  <<: {learnin_rate: 1}\n", 4, "did you mean");
    refuses_at("dataset: birds\nmodel: conv4\noptimizer: &o\n  <<: *o\n", 3, "'<<' merges a mapping");
}

/* ---- cases ---- */

Test(experiment, crosses_each_case_with_the_rest)
{
    static const char *const names[] = {"balanced-b64-m4-p1-full-s0",      "balanced-b64-m4-p1-full-s1",
                                        "balanced-b64-m4-p0.5-random-s0",  "balanced-b64-m4-p0.5-random-s1",
                                        "balanced-b64-m4-p0.25-random-s0", "balanced-b64-m4-p0.25-random-s1",
                                        "balanced-b128-m4-p0.25-first-s0", "balanced-b128-m4-p0.25-first-s1"};
    struct made *made = made_of("dataset: birds\nmodel: conv4\nseed: [0, 1]\n"
                                "cases:\n"
                                "  - {portion: 1}\n"
                                "  - {portion: [0.5, 0.25], strategy: random}\n"
                                "  - {batch_size: 128, portion: 0.25, strategy: first}\n");
    cr_expect_eq(made->experiment.variant_count, 3);
    cr_assert_eq(made->grid.count, 8);
    for (int c = 0; c < 8; c++) cr_expect_str_eq(made->grid.cells[c].name, names[c]);
    made_release(made);
}

Test(experiment, names_what_cases_tell_apart)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\n"
                                "cases: [{epochs: 2}, {optimizer: {learning_rate: 0.5}}, {loss: circle}]\n");
    cr_assert_eq(made->grid.count, 3);
    cr_expect_not_null(strstr(made->grid.cells[0].name, "-e2-"), "%s", made->grid.cells[0].name);
    cr_expect_not_null(strstr(made->grid.cells[1].name, "-lr0.5-"), "%s", made->grid.cells[1].name);
    cr_expect_not_null(strstr(made->grid.cells[2].name, "-circle-"), "%s", made->grid.cells[2].name);
    made_release(made);
}

/* A case replaces a list, and the options of a plug-in along with it. */
Test(experiment, lets_a_case_replace_what_the_rest_says)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\nbatch_size: [8, 16]\n"
                                "loss: {name: triplet, margin: 0.5}\noptimizer: {name: sgd, learning_rate: 0.5}\n"
                                "cases: [{batch_size: 32, loss: triplet, optimizer: {momentum: 0.25}}]\n");
    char options[AXIS_VALUE_SIZE];
    cr_assert_eq(made->grid.count, 1);
    const struct settings *settings = &made->grid.cells[0].settings;
    choice_format_options(&settings->loss, options, sizeof options);
    cr_expect_eq(settings->batch_size, 32);
    cr_expect_null(strstr(options, "margin=0.5"), "%s", options);
    cr_expect_eq(settings->optimizer.name, OPTIMIZER_SGD, "keys of other mappings stay");
    cr_expect_eq(settings->optimizer.learning_rate, 0.5);
    cr_expect_eq(settings->optimizer.momentum, 0.25);
    made_release(made);
}

Test(experiment, names_the_line_of_a_wrong_case)
{
    refuses_at("dataset: birds\nmodel: conv4\ncases:\n  - {portion: 1}\n  - {portions: 1}\n", 5,
               "unknown key 'portions'; did you mean 'portion'?");
    refuses_at("dataset: birds\nmodel: conv4\ncases:\n  - {portion: 1}\n  - {portion: 2}\n", 5, "out of range");
    refuses_at("dataset: birds\nmodel: conv4\ncases: [full]\n", 3, "a case is a mapping");
    refuses_at("dataset: birds\nmodel: conv4\ncases: full\n", 3, "a case is a mapping");
    refuses_at("dataset: birds\nmodel: conv4\ncases: []\n", 3, "a list of 1 to 64");
    refuses_at("dataset: birds\nmodel: conv4\ncases: [{cases: [{seed: 1}]}]\n", 3, "cases");
    refuses_at("dataset: birds\nmodel: conv4\ncases: [{seed: 1, seed: 2}]\n", 3, "key 'seed' is given twice");
}

Test(experiment, lets_cases_say_what_the_rest_leaves_open)
{
    struct made *made = made_of("cases: [{dataset: birds, model: conv4}, {dataset: cars, model: resnet18}]\n");
    cr_assert_eq(made->grid.count, 2);
    cr_expect_str_eq(made->grid.cells[1].settings.dataset, "cars");
    made_release(made);
    refuses("model: conv4\ncases: [{dataset: birds}, {seed: 1}]\n", "e.yaml: key 'dataset' is missing");
}
