/* test_experiment_sets.c - what --set and set change of an experiment. */
#include "tests/support/refusals.h"

static const char plain[] = "dataset: birds\nmodel: {name: conv4, channels: 32}\nloss: {name: triplet, margin: 0.5}\n"
                            "portion: [0.25, 0.5]\nstrategy: random\n";

Test(experiment, is_changed_by_set)
{
    static const struct {
        const char *set;
        int cells;
        const char *column, *value;
    } sets[] = {
        {"epochs=3", 2, "epochs", "3"},
        {"seed=[0, 1, 2]", 6, "seed", "0"},
        {"portion=1", 1, "portion", "1"},
        {"optimizer.learning_rate=[1e-3,1e-4]", 4, "optimizer_learning_rate", "0.001"},
        {"optimizer={name: sgd, learning_rate: 0.5}", 2, "optimizer_learning_rate", "0.5"},
        {"memory_bank.size=16", 2, "memory_bank_size", "16"},
        {"memory_bank=16", 2, "memory_bank_size", "16"},
        {"batch-size=32", 2, "batch_size", "32"},
        {"loss=circle", 2, "loss", "circle"},
        {"loss.margin=[0.25, 1]", 4, "loss", "triplet"},
        {"loss=[circle, pn]", 4, "loss", "circle"},
        {"model.embedding_size=8", 2, "model_embedding_size", "8"},
        {"model.channels=16", 2, "model_options", "channels=16"},
        {"dataset=cars", 2, "dataset", "cars"},
        {"inputs.threads=3", 2, "threads", "3"},
    };
    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        char value[AXIS_VALUE_SIZE];
        struct made *made = made_with(plain, sets[s].set);
        const struct axes *axes = &made->experiment.axes;
        cr_expect_eq(made->grid.count, sets[s].cells, "%s: %d", sets[s].set, made->grid.count);
        axis_format(&axes->axis[axes_find(axes, sets[s].column)], &made->grid.cells[0].settings, value);
        cr_expect_str_eq(value, sets[s].value, "%s", sets[s].set);
        made_release(made);
    }
}

Test(experiment, keeps_the_other_options_of_a_plugin_that_set_changes)
{
    char options[AXIS_VALUE_SIZE];
    struct made *made = made_with("dataset: birds\nmodel: conv4\nloss: [circle, {name: multi_similarity, alpha: 3}]\n",
                                  "loss.lambda=0.75");
    cr_assert_eq(made->grid.count, 2);
    choice_format_options(&made->grid.cells[1].settings.loss, options, sizeof options);
    cr_expect_not_null(strstr(options, "alpha=3"), "%s", options);
    cr_expect_not_null(strstr(options, "lambda=0.75"), "%s", options);
    made_release(made);
}

Test(experiment, lets_set_win_over_cases_and_the_last_over_the_first)
{
    static const char text[] = "dataset: birds\nmodel: conv4\nepochs: 5\n"
                               "cases: [{epochs: 2, seed: 1}, {epochs: 3, seed: 2}]\n";
    static const char *const sets[] = {"epochs=8", "epochs=9"};
    struct made *made = calloc(1, sizeof *made);
    struct error error;
    cr_assert_eq(made_read(made, text, sets, 2, &error), 0, "%s", error.message);
    cr_assert_eq(made->grid.count, 2);
    for (int c = 0; c < 2; c++) cr_expect_eq(made->grid.cells[c].settings.epochs, 9);
    made_release(made);
}

/* What is kept is what was run: read again, it is the same. */
Test(experiment, records_what_was_set)
{
    static const char *const texts[] = {"dataset: birds\nmodel: conv4\nseed: 1 # no newline",
                                        "dataset: birds\nmodel: conv4\n\n\n", "  dataset: birds\n  model: conv4\n"};
    static const char *const sets[] = {"optimizer.learning_rate=[1e-3, 0.5]", "dataset='it''s'"};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        struct made *made = calloc(1, sizeof *made);
        struct error error;
        cr_assert_eq(made_read(made, texts[t], sets, 2, &error), 0, "%s", error.message);
        cr_expect_eq(strncmp(made->experiment.text, texts[t], strlen(texts[t])), 0);
        cr_expect_not_null(strstr(made->experiment.text, "set: ["), "%s", made->experiment.text);
        struct made *again = made_of(made->experiment.text);
        cr_assert_eq(again->grid.count, 2);
        cr_expect_str_eq(again->grid.cells[0].settings.dataset, "it's");
        for (int c = 0; c < 2; c++) {
            char *one = made_text(made, c), *two = made_text(again, c);
            cr_expect_str_eq(one, two);
            cr_expect_str_eq(made->grid.cells[c].name, again->grid.cells[c].name);
            free(one);
            free(two);
        }
        made_release(again);
        made_release(made);
    }
}

Test(experiment, says_what_is_wrong_with_a_set)
{
    refuses_set(plain, "epochs", "'epochs' is not KEY=VALUE");
    refuses_set(plain, "=3", "is not KEY=VALUE");
    refuses_set(plain, "", "is not KEY=VALUE");
    refuses_set(plain, "epochs=3\nseed=4", "is not KEY=VALUE");
    refuses_set(plain, "epoch=3", "--set epoch=3");
    refuses_set(plain, "epoch=3", "did you mean 'epochs'?");
    refuses_set(plain, "epochs=many", "'many' is not a whole number");
    refuses_set(plain, "epochs=", "epochs");
    refuses_set(plain, "optimizer.learnin_rate=1", "did you mean 'learning_rate'?");
    refuses_set(plain, "learning_rate=1", "belongs in optimizer");
    refuses_set(plain, "epochs.x=1", "epochs: one value is wanted");
    refuses_set(plain, "loss.alpha=1", "'alpha' is an option of loss multi_similarity");
    refuses_set(plain, "cases=[{seed: 1}]", "cases");
    refuses_set(plain, "set=[seed=1]", "set");
    refuses_set(plain, "seed=[1", "not valid YAML");
    refuses_set(plain, "seed=1}, {epochs: 3", "not valid YAML");
    refuses_set("dataset: birds\nmodel: conv4\nset: [seed=1]\n", "epochs=3", "set");
    refuses_set("{dataset: birds, model: conv4}\n", "epochs=3", "--set");
}

Test(experiment, takes_the_largest_batch_as_a_word_or_with_its_bound)
{
    static const char *const texts[] = {"batch_size: largest", "batch_size: [largest]",
                                        "batch_size: {largest, at_most: 96}",
                                        "batch_size: [32, {largest, at_most: 8}]"};
    static const int batches[] = {0, 0, 0, 32}, most[] = {0, 0, 96, 0};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        char text[256];
        snprintf(text, sizeof text, "dataset: birds\nmodel: conv4\nmemory: 300MiB\n%s\n", texts[t]);
        struct made *made = made_of(text);
        const struct settings *settings = &made->grid.cells[0].settings;
        cr_expect_eq(settings->batch_size, batches[t], "%s", texts[t]);
        cr_expect_eq(settings->batch_at_most, most[t], "%s", texts[t]);
        cr_expect_eq(settings->memory, (size_t)300 << 20);
        cr_expect(settings_is_open(settings));
        made_release(made);
    }
}

Test(experiment, says_how_the_largest_batch_is_asked_for)
{
    refuses_set(plain, "batch_size={at_most: 3}", "{largest, at_most: N}");
    refuses_set(plain, "batch_size={largest, at_least: 3}", "{largest, at_most: N}");
    refuses_set(plain, "batch_size={largest: 3, at_most: 3}", "{largest, at_most: N}");
    refuses_set(plain, "batch_size={largest, at_most: [3]}", "{largest, at_most: N}");
    refuses_set(plain, "batch_size={largest, at_most: many}", "'many' is not a whole number");
    refuses_set(plain, "batch_size=larger", "'larger' is not a whole number");
    refuses_set(plain, "memory=300", "300MiB");
}

Test(experiment, takes_set_from_the_file_too)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\nseed: 1\nset: ['seed=[2, 3]', epochs=4]\n");
    cr_assert_eq(made->grid.count, 2);
    cr_expect_eq(made->grid.cells[0].settings.seed, 2);
    cr_expect_eq(made->grid.cells[1].settings.epochs, 4);
    made_release(made);
    refuses_at("dataset: birds\nmodel: conv4\nset: [[a]]\n", 3, "set: one value is wanted");
}
