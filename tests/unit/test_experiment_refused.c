/* test_experiment_refused.c - experiment files that are refused, and how errors point at the line. */
#include "tests/support/refusals.h"

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

/* Lists that are one value are kept as "a; b". */
Test(experiment, refuses_signs_that_part_what_is_kept_in_one_text)
{
    refuses_at("dataset: birds\nmodel: conv4\nevaluate_on: [cars, \"a,b\"]\n", 3,
               "evaluate_on: 'a,b' must not contain a comma or a semicolon");
    struct made *made = made_of("dataset: birds\nmodel: conv4\nevaluate_on: [cars, flowers]\n");
    cr_expect_str_eq(made->grid.cells[0].settings.evaluate_on, "cars; flowers");
    made_release(made);
}

Test(experiment, refuses_lists_that_are_too_long)
{
    char text[1024] = "dataset: birds\nmodel: conv4\nseed: [0";
    for (int i = 1; i < EXPERIMENT_VALUES_MAX; i++) snprintf(text + strlen(text), sizeof text - strlen(text), ",%d", i);
    struct experiment experiment;
    char longer[1100];
    snprintf(longer, sizeof longer, "%s]\n", text);
    fixture_read_text(&experiment, longer);
    cr_assert_eq(fixture_values(&experiment, "seed"), EXPERIMENT_VALUES_MAX);
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
    fixture_read_text(&experiment, text);
    cr_assert_eq(fixture_values(&experiment, "sampler"), EXPERIMENT_VALUES_MAX);
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
    cr_assert_eq(fixture_read_bytes(&experiment, zero, sizeof zero - 1, NULL, 0, &error), -1);
    cr_assert_eq(strncmp(error.message, "e.yaml:1: ", 10), 0, "%s", error.message);
    cr_assert_eq(fixture_read_bytes(&experiment, raw, sizeof raw - 1, NULL, 0, &error), -1);
    cr_assert_eq(fixture_read_bytes(&experiment, latin, sizeof latin - 1, NULL, 0, &error), -1);
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
        if (fixture_read_bytes(&experiment, text, size, NULL, 0, &error) == 0)
            experiment_release(&experiment);
        else
            cr_assert_eq(strncmp(error.message, "e.yaml:", 7), 0, "%zu bytes: '%s'", size, error.message);
    }
}
