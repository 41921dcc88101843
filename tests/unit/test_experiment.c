/* test_experiment.c - experiment files: what they give, what they default to, where they come from. */
#include "tests/support/experiment_fixture.h"

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
    cr_expect_eq(fixture_values(&made->experiment, "samples_per_class"), 2);
    cr_expect_eq(fixture_values(&made->experiment, "batch_size"), 3);
    cr_expect_str_eq(fixture_value(&made->experiment, "batch_size", 2), "128");
    cr_expect_str_eq(fixture_value(&made->experiment, "portion", 0), "0.125");
    cr_expect_str_eq(fixture_value(&made->experiment, "strategy", 0), "first");
    cr_expect_str_eq(fixture_value(&made->experiment, "strategy", 1), "random");
    cr_expect_str_eq(fixture_value(&made->experiment, "backprop", 1), "two_pass");
    cr_expect_eq(fixture_values(&made->experiment, "seed"), 1);
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
    fixture_read_text(&experiment, text);
    cr_assert_eq(experiment.size, strlen(text));
    cr_assert_eq(memcmp(experiment.text, text, experiment.size), 0);
    experiment_release(&experiment);
}

Test(experiment, reads_anchors)
{
    struct experiment experiment;
    fixture_read_text(&experiment,
                      "dataset: birds\nmodel: conv4\nbatch_size: &sizes [8, 16]\nsamples_per_class: 2\nseed: *sizes\n");
    cr_assert_eq(fixture_values(&experiment, "seed"), 2);
    cr_expect_str_eq(fixture_value(&experiment, "seed", 1), "16");
    experiment_release(&experiment);
}

Test(experiment, comes_from_standard_input)
{
    struct experiment experiment;
    struct error error;
    static const char plain[] = "dataset: birds\nmodel: conv4\n";
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

Test(experiment, releases_a_zeroed_experiment)
{
    struct experiment *experiment = calloc(1, sizeof *experiment);
    experiment_release(experiment);
    free(experiment);
}
