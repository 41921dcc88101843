/* test_experiment.c - experiment files: what they give, what they default to, and how errors point at the line. */
#include <criterion/criterion.h>

#include "tests/support/experiment_fixture.h"
#include "harness/runs/experiment_file.h"

static int read_bytes(struct experiment *experiment, const char *text, size_t size, struct error *error)
{
    return fixture_read_bytes(experiment, text, size, NULL, 0, error);
}

static void read_text(struct experiment *experiment, const char *text)
{
    struct error error;
    cr_assert_eq(read_bytes(experiment, text, strlen(text), &error), 0, "%s", error.message);
}

/* The file is refused with exactly this message, and the experiment is left empty. */
static void refuses(const char *text, const char *message)
{
    struct experiment experiment;
    struct error error;
    cr_assert_eq(read_bytes(&experiment, text, strlen(text), &error), -1, "%s", text);
    cr_assert_str_eq(error.message, message);
    cr_assert_null(experiment.text);
    cr_assert_eq(experiment.block_count, 0);
}

/* Likewise, with a message that begins with e.yaml:LINE and holds `part`. */
static void refuses_at(const char *text, int line, const char *part)
{
    struct experiment experiment;
    struct error error;
    char start[32];
    snprintf(start, sizeof start, "e.yaml:%d: ", line);
    cr_assert_eq(read_bytes(&experiment, text, strlen(text), &error), -1, "%s", text);
    cr_assert_eq(strncmp(error.message, start, strlen(start)), 0, "'%s' is not at line %d", error.message, line);
    cr_assert_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
}

/* ---- what is read ---- */

/* The values of an axis, as they were given; NULL where there are no more. */
static const char *value_of(const struct experiment *experiment, const char *column, int i)
{
    const struct variant *variant = &experiment->variants[0];
    int axis = axes_find(&experiment->axes, column);
    for (int f = 0; f < variant->count; f++) {
        const struct factor *factor = &variant->factors[f];
        if (factor->axis == axis && i < factor->count)
            return factor->values[i].text ? factor->values[i].text : factor->values[i].choice.plugin->name;
    }
    return NULL;
}

static int count_of(const struct experiment *experiment, const char *column)
{
    int count = 0;
    while (value_of(experiment, column, count)) count++;
    return count;
}

Test(experiment, needs_a_data_set_and_a_model_and_defaults_the_rest)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\n");
    cr_assert_eq(made->grid.count, 1);
    const struct settings *settings = &made->grid.cells[0].settings;
    cr_expect_str_eq(settings->dataset, "birds");
    cr_expect_str_eq(settings->model.plugin->name, "conv4");
    cr_expect_eq(settings->loss.plugin, loss_registry[0]);
    cr_expect_not_null(settings->loss.options);
    cr_expect_eq(settings->image_size, 224);
    cr_expect_eq(settings->epochs, 10);
    cr_expect_eq(settings->flip, 1);
    cr_expect_eq(settings->network.embedding_size, 128);
    cr_expect_eq(settings->optimizer.learning_rate, 1e-3);
    cr_expect_eq(settings->sampler.plugin, sampler_registry[0]);
    cr_expect_str_eq(settings->strategy.plugin->name, "full");
    cr_expect_eq(settings->samples_per_class, 4);
    cr_expect_eq(settings->batch_size, 64);
    cr_expect_eq(settings->portion, 1);
    cr_expect_eq(settings->seed, 0);
    for (int a = 0; a < made->experiment.axes.count; a++)
        cr_expect_not(made->experiment.varies[a], "%s", made->experiment.axes.axis[a].column);
    made_release(made);
}

Test(experiment, reads_values_lists_and_plugins_with_options)
{
    static const char text[] = "dataset: birds\n"
                               "model: {name: conv4, embedding_size: 32, weights: w.safetensors}\n"
                               "image_size: 48\n"
                               "loss: {name: multi_similarity, alpha: 3, lambda: 0.25}\n"
                               "optimizer: {name: sgd, learning_rate: 0.5}\n"
                               "epochs: 3\nflip: no\ncrop_area: 0.5\nprecision: f32\n"
                               "sampler: [balanced]\n"
                               "samples_per_class: [2, 4]\n"
                               "batch_size: [32, 64, 128]\n"
                               "portion:\n  - 0.125\n  - 1\n"
                               "strategy: [first, {name: random}]\n"
                               "backprop: [direct, two_pass]\n"
                               "seed: 9\n";
    struct made *made = made_of(text);
    const struct settings *settings = &made->grid.cells[0].settings;
    cr_expect_eq(settings->network.embedding_size, 32);
    cr_expect_str_eq(settings->network.weights, "w.safetensors");
    cr_expect_eq(settings->image_size, 48);
    cr_expect_eq(settings->optimizer.learning_rate, 0.5);
    cr_expect_eq(settings->epochs, 3);
    cr_expect_eq(settings->flip, 0);
    cr_expect_eq(settings->crop_area, 0.5);
    cr_expect_eq(settings->precision, PRECISION_F32);
    cr_expect_eq(settings->seed, 9);
    const struct choice *loss = &settings->loss;
    const struct field *alpha = option_find(loss->plugin->fields, "alpha");
    const struct field *epsilon = option_find(loss->plugin->fields, "epsilon");
    cr_expect_eq(*(const double *)((const char *)loss->options + alpha->offset), 3);
    cr_expect_eq(*(const double *)((const char *)loss->options + epsilon->offset), strtod(epsilon->fallback, NULL));
    cr_expect_eq(count_of(&made->experiment, "samples_per_class"), 2);
    cr_expect_eq(count_of(&made->experiment, "batch_size"), 3);
    cr_expect_str_eq(value_of(&made->experiment, "batch_size", 2), "128");
    cr_expect_str_eq(value_of(&made->experiment, "portion", 0), "0.125");
    cr_expect_str_eq(value_of(&made->experiment, "strategy", 0), "first");
    cr_expect_str_eq(value_of(&made->experiment, "strategy", 1), "random");
    cr_expect_str_eq(value_of(&made->experiment, "backprop", 1), "two_pass");
    cr_expect_eq(count_of(&made->experiment, "seed"), 1);
    made_release(made);
}

Test(experiment, says_whether_a_value_is_asked_for)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\ncases: [{precision: f32}, {seed: 1}]\n");
    cr_expect(experiment_asks(&made->experiment, "precision", "auto"));
    cr_expect(experiment_asks(&made->experiment, "precision", "f32"));
    cr_expect_not(experiment_asks(&made->experiment, "precision", "bf16"));
    made_release(made);
}

Test(experiment, keeps_the_file_as_given)
{
    static const char text[] = "# a remark\ndataset: birds # another\nmodel:   conv4\n\n";
    struct experiment experiment;
    read_text(&experiment, text);
    cr_assert_eq(experiment.size, strlen(text));
    cr_assert_eq(memcmp(experiment.text, text, experiment.size), 0);
    experiment_release(&experiment);
}

Test(experiment, reads_anchors)
{
    struct experiment experiment;
    read_text(&experiment,
              "dataset: birds\nmodel: conv4\nbatch_size: &sizes [8, 16]\nsamples_per_class: 2\nseed: *sizes\n");
    cr_assert_eq(count_of(&experiment, "seed"), 2);
    cr_expect_str_eq(value_of(&experiment, "seed", 1), "16");
    experiment_release(&experiment);
}

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

/* ---- --set ---- */

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

static void refuses_set(const char *text, const char *set, const char *part)
{
    struct experiment experiment;
    struct error error;
    cr_assert_eq(fixture_read_bytes(&experiment, text, strlen(text), &set, 1, &error), -1, "%s", set);
    cr_expect_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    cr_expect_null(experiment.text);
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

/* ---- standard input ---- */

Test(experiment, comes_from_standard_input)
{
    struct experiment experiment;
    struct error error;
    char *folder = fixture_folder(), *path = file_join(folder, "e.yaml");
    cr_assert_eq(file_write(path, plain, strlen(plain), &error), 0);
    cr_assert_not_null(freopen(path, "r", stdin));
    cr_assert_eq(experiment_read(&experiment, "-", NULL, 0, &error), 0, "%s", error.message);
    cr_expect_str_eq(experiment.text, plain);
    experiment_release(&experiment);
    cr_assert_eq(file_write(path, "dataset: 1\nmodel: x\n", 20, &error), 0);
    cr_assert_not_null(freopen(path, "r", stdin));
    cr_assert_eq(experiment_read(&experiment, "-", NULL, 0, &error), -1);
    cr_expect_not_null(strstr(error.message, "standard input:2: unknown model 'x'"), "%s", error.message);
    free(path);
    fixture_remove(folder);
}

/* ---- what is refused ---- */

Test(experiment, names_the_line_of_a_wrong_key_and_the_nearest_right_one)
{
    refuses("dataset: birds\nmodel: conv4\nbatchsize: 3\n",
            "e.yaml:3: unknown key 'batchsize'; did you mean 'batch_size'?");
    refuses("dataset: birds\nmodle: conv4\n", "e.yaml:2: unknown key 'modle'; did you mean 'model'?");
    refuses("dataset: birds\nmodel: conv4\nxyzzy: 1\n",
            "e.yaml:3: unknown key 'xyzzy'; 'partgrad list settings' shows all");
    refuses("dataset: birds\nmodel: conv4\nloss:\n  name: multi_similarity\n  alhpa: 2\n",
            "e.yaml:5: unknown key 'alhpa'; did you mean 'alpha'?");
    refuses("dataset: birds\nmodel: {name: conv4,\n  embeding_size: 2}\n",
            "e.yaml:3: unknown key 'embeding_size'; did you mean 'embedding_size'?");
    refuses("dataset: birds\nmodel: conv4\noptimizer: {learning_rat: 2}\n",
            "e.yaml:3: unknown key 'learning_rat'; did you mean 'learning_rate'?");
}

Test(experiment, says_where_a_key_belongs_that_stands_elsewhere)
{
    refuses("dataset: birds\nmodel: conv4\nlearning_rate: 1\n",
            "e.yaml:3: key 'learning_rate' belongs in optimizer: {learning_rate: ...}");
    refuses("dataset: birds\nmodel: conv4\nweights: w\n", "e.yaml:3: key 'weights' belongs in model: {weights: ...}");
    refuses("dataset: birds\nmodel: {name: conv4, batch_size: 3}\n",
            "e.yaml:2: key 'batch_size' belongs at the top level");
    refuses("dataset: birds\nmodel: conv4\noptimizer: {embedding_size: 3}\n",
            "e.yaml:3: key 'embedding_size' belongs in model: {embedding_size: ...}");
    refuses("dataset: birds\nmodel: conv4\nmargin: 1\n",
            "e.yaml:3: key 'margin' is an option of loss triplet: loss: {name: triplet, margin: ...}");
    refuses("dataset: birds\nmodel: conv4\nloss: {name: circle, alpha: 1}\n",
            "e.yaml:3: key 'alpha' is an option of loss multi_similarity: loss: {name: multi_similarity, alpha: ...}");
}

Test(experiment, names_the_line_of_a_wrong_value)
{
    refuses_at("dataset: birds\nmodel: conv4\nepochs: many\n", 3, "epochs: 'many' is not a whole number");
    refuses_at("dataset: birds\nmodel: conv4\nportion: [0.5,\n  1.5]\n", 4, "portion: 1.5 is out of range");
    refuses_at("dataset: birds\nmodel: conv4\nportion: 0\n", 3, "portion");
    refuses_at("dataset: birds\nmodel: conv4\nbatch_size: 1\n", 3, "batch_size");
    refuses_at("dataset: birds\nmodel: conv4\nbackprop: both\n", 3, "auto, direct, two_pass");
    refuses_at("dataset: birds\nmodel: conv4\nseed: -1\n", 3, "seed");
    refuses_at("dataset: birds\nmodel: conv4\nepochs:\n", 3, "epochs");
}

Test(experiment, names_the_line_of_an_unknown_plugin)
{
    refuses_at("dataset: birds\nmodel: conv5\n", 2, "unknown model 'conv5'; did you mean 'conv4'?");
    refuses_at("dataset: birds\nmodel: conv4\nstrategy: [first,\n frist]\n", 4,
               "unknown strategy 'frist'; did you mean 'first'?");
    refuses_at("dataset: birds\nmodel: conv4\nloss: {name: multi}\n", 3, "unknown loss 'multi'");
    refuses_at("dataset: birds\nmodel: conv4\nsampler: ballanced\n", 3, "did you mean 'balanced'?");
}

Test(experiment, refuses_lists_and_mappings_out_of_place)
{
    refuses_at("dataset: {a: b}\nmodel: conv4\n", 1, "dataset: one value is wanted");
    refuses_at("dataset: birds\nmodel: [conv4, [conv4]]\n", 2, "model");
    refuses_at("dataset: birds\nmodel: {embedding_size: 2}\n", 2, "no 'name'");
    refuses_at("dataset: birds\nmodel: {name: [conv4]}\n", 2, "one value is wanted");
    refuses_at("dataset: birds\nmodel: conv4\nseed: [[1]]\n", 3, "one value is wanted");
    refuses_at("dataset: birds\nmodel: conv4\nseed: {a: 1}\n", 3, "one value is wanted");
    refuses_at("dataset: birds\nmodel: conv4\nseed: []\n", 3, "a list of 1 to 64 values");
    refuses_at("dataset: birds\nmodel: conv4\noptimizer: [{name: adamw}]\n", 3, "one value is wanted");
    refuses_at("dataset: birds\nmodel: conv4\ndiagnostics: 1\n", 3, "diagnostics: a mapping is wanted here");
    refuses_at("dataset: birds\nmodel: conv4\n[a]: 1\n", 3, "key: one value is wanted");
}

Test(experiment, refuses_lists_that_are_too_long)
{
    char text[1024] = "dataset: birds\nmodel: conv4\nseed: [0";
    for (int i = 1; i < EXPERIMENT_VALUES_MAX; i++) snprintf(text + strlen(text), sizeof text - strlen(text), ",%d", i);
    struct experiment experiment;
    char longer[1100];
    snprintf(longer, sizeof longer, "%s]\n", text);
    read_text(&experiment, longer);
    cr_assert_eq(count_of(&experiment, "seed"), EXPERIMENT_VALUES_MAX);
    experiment_release(&experiment);
    snprintf(longer, sizeof longer, "%s,64]\n", text);
    refuses_at(longer, 3, "a list of 1 to 64 values");
}

Test(experiment, holds_as_many_plugins_as_both_lists_can)
{
    char text[4096] = "dataset: birds\nmodel: conv4\nloss: multi_similarity\nstrategy: [first";
    for (int i = 1; i < EXPERIMENT_VALUES_MAX; i++) strcat(text, ", first");
    strcat(text, "]\nsampler: [balanced");
    for (int i = 1; i < EXPERIMENT_VALUES_MAX; i++) strcat(text, ", balanced");
    strcat(text, "]\n");
    struct experiment experiment;
    read_text(&experiment, text);
    cr_assert_eq(count_of(&experiment, "sampler"), EXPERIMENT_VALUES_MAX);
    experiment_release(&experiment);
}

Test(experiment, refuses_keys_given_twice)
{
    refuses("dataset: birds\nmodel: conv4\nseed: 1\nseed: 2\n", "e.yaml:4: key 'seed' is given twice");
    refuses("dataset: birds\nmodel: {name: conv4, name: conv4}\n", "e.yaml:2: key 'name' is given twice");
    refuses("dataset: birds\nmodel: conv4\nimage_size: 16\nimage-size: 32\n",
            "e.yaml:4: key 'image-size' is given twice");
}

Test(experiment, says_which_key_is_missing)
{
    refuses("model: conv4\n", "e.yaml: key 'dataset' is missing");
    refuses("dataset: birds\n", "e.yaml: key 'model' is missing");
    refuses("dataset: ''\nmodel: conv4\n", "e.yaml: key 'dataset' is missing");
}

Test(experiment, refuses_what_is_no_mapping)
{
    refuses("", "e.yaml: an experiment is a mapping of keys to values");
    refuses("# nothing\n", "e.yaml: an experiment is a mapping of keys to values");
    refuses("just words\n", "e.yaml: an experiment is a mapping of keys to values");
    refuses("- a\n- b\n", "e.yaml: an experiment is a mapping of keys to values");
}

Test(experiment, names_the_line_where_yaml_breaks)
{
    refuses_at("dataset: birds\nmodel: {name: conv4\nepochs: 3\n", 3, "not valid YAML");
    refuses_at("dataset: birds\n\tmodel: conv4\n", 2, "not valid YAML");
    refuses_at("dataset: birds\nmodel: *nothing\n", 2, "not valid YAML");
}

Test(experiment, refuses_nesting_without_end_at_once)
{
    enum { DEPTH = 500000 }; /* libyaml alone takes minutes for it */
    static const char start[] = "dataset: birds\nmodel: conv4\nseed: ";
    char *text = calloc(1, sizeof start + DEPTH);
    strcpy(text, start);
    memset(text + strlen(start), '[', DEPTH);
    refuses_at(text, 3, "nested deeper");
    free(text);
}

Test(experiment, refuses_bytes_that_are_no_text)
{
    static const char zero[] = "dataset: \"bi\\0rds\"\nmodel: conv4\n", raw[] = "dataset: bi\0rds\nmodel: conv4\n";
    static const char latin[] = "dataset: v\xf6gel\nmodel: conv4\n";
    struct experiment experiment;
    struct error error;
    cr_assert_eq(read_bytes(&experiment, zero, sizeof zero - 1, &error), -1);
    cr_assert_eq(strncmp(error.message, "e.yaml:1: ", 10), 0, "%s", error.message);
    cr_assert_eq(read_bytes(&experiment, raw, sizeof raw - 1, &error), -1);
    cr_assert_eq(read_bytes(&experiment, latin, sizeof latin - 1, &error), -1);
}

Test(experiment, refuses_a_second_document)
{
    refuses_at("dataset: birds\nmodel: conv4\n---\ndataset: cars\nmodel: conv4\n", 3, "one experiment");
}

Test(experiment, refuses_folders_and_files_that_are_not_there)
{
    struct experiment experiment;
    struct error error;
    char *folder = fixture_folder(), *path = file_join(folder, "nothing.yaml");
    cr_assert_eq(experiment_read(&experiment, path, NULL, 0, &error), -1);
    cr_assert_not_null(strstr(error.message, "nothing.yaml: No such file"));
    cr_assert_eq(experiment_read(&experiment, folder, NULL, 0, &error), -1);
    cr_assert_not_null(strstr(error.message, "not a regular file"));
    free(path);
    fixture_remove(folder);
}

Test(experiment, any_cut_of_a_file_is_read_or_refused)
{
    static const char text[] =
        "dataset: birds\nmodel: {name: conv4, embedding_size: 8}\nloss: {name: multi_similarity}\n"
        "seed: [0, 1]\nstrategy: [first, {name: random}]\n";
    for (size_t size = 0; size < sizeof text; size++) {
        struct experiment experiment;
        struct error error = {""};
        if (read_bytes(&experiment, text, size, &error) == 0)
            experiment_release(&experiment);
        else
            cr_assert_eq(strncmp(error.message, "e.yaml:", 7), 0, "%zu bytes: '%s'", size, error.message);
    }
}

Test(experiment, releases_a_zeroed_experiment)
{
    struct experiment *experiment = calloc(1, sizeof *experiment);
    experiment_release(experiment);
    free(experiment);
}
