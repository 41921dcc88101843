/* test_experiment.c - experiment files: what they give, what they default to, and how errors point at the line. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"
#include "harness/runs/experiment.h"
#include "losses/loss.h"
#include "network/models/model.h"
#include "strategies/samplers/sampler.h"
#include "strategies/strategy.h"

/* Reads `text` as a file called NAME.yaml; the error's folder is cut off so that messages can be compared. */
static int read_bytes(struct experiment *experiment, const char *text, size_t size, struct error *error)
{
    char *folder = fixture_folder(), *path = file_join(folder, "e.yaml");
    cr_assert_eq(file_write(path, text, size, error), 0);
    int status = experiment_read(experiment, path, error);
    char *rest = status != 0 ? strstr(error->message, "/e.yaml") : NULL;
    if (rest) memmove(error->message, rest + 1, strlen(rest));
    free(path);
    fixture_remove(folder);
    return status;
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

Test(experiment, needs_a_data_set_and_a_model_and_defaults_the_rest)
{
    struct experiment experiment;
    read_text(&experiment, "dataset: birds\nmodel: conv4\n");
    const struct settings *settings = &experiment.settings;
    cr_assert_str_eq(settings->dataset, "birds");
    cr_assert_str_eq(settings->model.plugin->name, "conv4");
    cr_assert_eq(experiment.loss.choices[0].plugin, loss_registry[0]);
    cr_assert_not_null(experiment.loss.choices[0].options);
    cr_assert_eq(settings->image_size, 224);
    cr_assert_eq(settings->epochs, 10);
    cr_assert_eq(settings->flip, 1);
    cr_assert_eq(settings->network.embedding_size, 128);
    cr_assert_eq(settings->optimizer.learning_rate, 1e-3);
    const struct axis *axes[] = {
        &experiment.loss,       &experiment.sampler,  &experiment.samples_per_class, &experiment.batch_size,
        &experiment.portion,    &experiment.strategy, &experiment.gradient_scale,    &experiment.backprop,
        &experiment.accumulate, &experiment.seed};
    for (size_t a = 0; a < sizeof axes / sizeof *axes; a++) cr_assert_eq(axes[a]->count, 1, "axis %zu", a);
    cr_assert_eq(experiment.sampler.choices[0].plugin, sampler_registry[0]);
    cr_assert_str_eq(experiment.strategy.choices[0].plugin->name, "full");
    cr_assert_eq(experiment.samples_per_class.ints[0], 4);
    cr_assert_eq(experiment.batch_size.ints[0], 64);
    cr_assert_eq(experiment.portion.reals[0], 1);
    cr_assert_eq(experiment.backprop.ints[0], BACKPROP_AUTO);
    cr_assert_eq(experiment.seed.ints[0], 0);
    experiment_release(&experiment);
}

Test(experiment, reads_values_lists_and_plugins_with_options)
{
    struct experiment experiment;
    read_text(&experiment, "dataset: birds\n"
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
                           "seed: 9\n");
    const struct settings *settings = &experiment.settings;
    cr_assert_eq(settings->network.embedding_size, 32);
    cr_assert_str_eq(settings->network.weights, "w.safetensors");
    cr_assert_eq(settings->image_size, 48);
    cr_assert_eq(settings->optimizer.learning_rate, 0.5);
    cr_assert_eq(settings->epochs, 3);
    cr_assert_eq(settings->flip, 0);
    cr_assert_eq(settings->crop_area, 0.5);
    cr_assert_eq(settings->precision, PRECISION_F32);
    const struct choice *loss = &experiment.loss.choices[0];
    const struct field *alpha = option_find(loss->plugin->fields, "alpha");
    const struct field *epsilon = option_find(loss->plugin->fields, "epsilon");
    cr_assert_eq(*(const double *)((const char *)loss->options + alpha->offset), 3);
    cr_assert_eq(*(const double *)((const char *)loss->options + epsilon->offset), strtod(epsilon->fallback, NULL));
    cr_assert_eq(experiment.samples_per_class.count, 2);
    cr_assert_eq(experiment.batch_size.count, 3);
    cr_assert_eq(experiment.batch_size.ints[2], 128);
    cr_assert_eq(experiment.portion.count, 2);
    cr_assert_eq(experiment.portion.reals[0], 0.125);
    cr_assert_eq(experiment.strategy.count, 2);
    cr_assert_str_eq(experiment.strategy.choices[0].plugin->name, "first");
    cr_assert_str_eq(experiment.strategy.choices[1].plugin->name, "random");
    cr_assert_eq(experiment.backprop.ints[1], BACKPROP_TWO_PASS);
    cr_assert_eq(experiment.seed.count, 1);
    cr_assert_eq(experiment.seed.ints[0], 9);
    experiment_release(&experiment);
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
    cr_assert_eq(experiment.seed.count, 2);
    cr_assert_eq(experiment.seed.ints[1], 16);
    experiment_release(&experiment);
}

/* ---- what is refused ---- */

Test(experiment, names_the_line_of_a_wrong_key_and_the_nearest_right_one)
{
    refuses("dataset: birds\nmodel: conv4\nbatchsize: 3\n",
            "e.yaml:3: unknown key 'batchsize'; did you mean 'batch_size'?");
    refuses("dataset: birds\nmodle: conv4\n", "e.yaml:2: unknown key 'modle'; did you mean 'model'?");
    refuses("dataset: birds\nmodel: conv4\nxyzzy: 1\n", "e.yaml:3: unknown key 'xyzzy'");
    refuses("dataset: birds\nmodel: conv4\nloss:\n  name: multi_similarity\n  alhpa: 2\n",
            "e.yaml:5: unknown key 'alhpa'; did you mean 'alpha'?");
    refuses("dataset: birds\nmodel: {name: conv4,\n  embeding_size: 2}\n",
            "e.yaml:3: unknown key 'embeding_size'; did you mean 'embedding_size'?");
    refuses("dataset: birds\nmodel: conv4\noptimizer: {learning_rat: 2}\n",
            "e.yaml:3: unknown key 'learning_rat'; did you mean 'learning_rate'?");
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
    refuses_at("dataset: [a, b]\nmodel: conv4\n", 1, "dataset: one value is wanted");
    refuses_at("dataset: birds\nmodel: [conv4]\n", 2, "model");
    refuses_at("dataset: birds\nmodel: {embedding_size: 2}\n", 2, "no 'name'");
    refuses_at("dataset: birds\nmodel: {name: [conv4]}\n", 2, "one value is wanted");
    refuses_at("dataset: birds\nmodel: conv4\nseed: [[1]]\n", 3, "one value is wanted");
    refuses_at("dataset: birds\nmodel: conv4\nseed: {a: 1}\n", 3, "one value is wanted");
    refuses_at("dataset: birds\nmodel: conv4\nseed: []\n", 3, "a list of 1 to 64 values");
    refuses_at("dataset: birds\nmodel: conv4\noptimizer: [adamw]\n", 3, "optimizer");
    refuses_at("dataset: birds\nmodel: conv4\n[a]: 1\n", 3, "key: one value is wanted");
}

Test(experiment, refuses_lists_that_are_too_long)
{
    char text[1024] = "dataset: birds\nmodel: conv4\nseed: [0";
    for (int i = 1; i < AXIS_MAX; i++) snprintf(text + strlen(text), sizeof text - strlen(text), ",%d", i);
    struct experiment experiment;
    char longer[1100];
    snprintf(longer, sizeof longer, "%s]\n", text);
    read_text(&experiment, longer);
    cr_assert_eq(experiment.seed.count, AXIS_MAX);
    experiment_release(&experiment);
    snprintf(longer, sizeof longer, "%s,64]\n", text);
    refuses_at(longer, 3, "a list of 1 to 64 values");
}

Test(experiment, holds_as_many_plugins_as_both_lists_can)
{
    char text[4096] = "dataset: birds\nmodel: conv4\nloss: multi_similarity\nstrategy: [first";
    for (int i = 1; i < AXIS_MAX; i++) strcat(text, ", first");
    strcat(text, "]\nsampler: [balanced");
    for (int i = 1; i < AXIS_MAX; i++) strcat(text, ", balanced");
    strcat(text, "]\n");
    struct experiment experiment;
    read_text(&experiment, text);
    cr_assert_eq(experiment.sampler.count, AXIS_MAX);
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
    cr_assert_eq(experiment_read(&experiment, path, &error), -1);
    cr_assert_not_null(strstr(error.message, "nothing.yaml: No such file"));
    cr_assert_eq(experiment_read(&experiment, folder, &error), -1);
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
