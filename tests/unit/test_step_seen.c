/* test_step_seen.c - what strategies see of a step, what they keep of it, and what the step tells. */
#include <unistd.h>

#include "tests/support/step_fixture.h"

/* Half of the batch; sees all, and keeps of each image its last loss and how often it came. */
static void seeing_select(const void *options, const struct batch *batch, int count, struct random *random,
                          struct selection *selection)
{
    (void)options, (void)random;
    cr_assert(batch->labels && batch->embeddings && batch->lengths && batch->sample_losses && batch->received);
    cr_assert(batch->inputs && batch->history && batch->ids == ids);
    selection_take_first(selection, count);
}

static size_t seeing_history(const void *options, int images, int size)
{
    (void)options, (void)size;
    return 2 * (size_t)images;
}

static void seeing_remember(const void *options, const struct batch *batch, float *history)
{
    (void)options;
    for (int i = 0; i < batch->size; i++) {
        float *row = history + 2 * batch->ids[i];
        row[1] = isnan(row[0]) ? 1 : row[1] + 1;
        row[0] = batch->sample_losses[i];
    }
}

static const struct strategy seeing = {
    .plugin = {.name = "seeing", .summary = "of the test"},
    .needs = NEEDS_LABELS | NEEDS_EMBEDDINGS | NEEDS_LOSSES | NEEDS_GRADIENTS | NEEDS_INPUTS | NEEDS_IDS,
    .select = seeing_select,
    .history = seeing_history,
    .remember = seeing_remember,
};

static const struct parameter *find_parameter(struct network *network, const char *name)
{
    int count;
    const struct parameter *parameters = network_parameters(network, &count);
    for (int p = 0; p < count; p++)
        if (strcmp(parameters[p].name, name) == 0) return &parameters[p];
    cr_assert_fail("no parameter %s", name);
    return NULL;
}

/* The head's gradient is the sum over the selected of u_i h_i^T, and of u_i its bias's. */
Test(step, the_head_receives_what_strategies_see)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_TWO_PASS);
    struct update update;
    struct error error;
    struct step_result result;
    fixture->settings.strategy = (struct choice){&seeing.plugin, NULL};
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    update_step(&update, fixture->pixels, fixture->labels, ids, 1, 0, 0, &result);
    const struct batch *batch = &update.step.batch;
    const float *weight = find_parameter(update.network, "head.weight")->gradient;
    const float *bias = find_parameter(update.network, "head.bias")->gradient;
    for (int k = 0; k < batch->dim; k++) {
        double sum = 0;
        for (int i = 0; i < BATCH / 2; i++) sum += batch->received[i * batch->dim + k];
        cr_expect_float_eq(bias[k], sum, 1e-6);
        for (int c = 0; c < batch->input_dim; c++) {
            double of_weight = 0;
            for (int i = 0; i < BATCH / 2; i++)
                of_weight += (double)batch->received[i * batch->dim + k] * batch->inputs[i * batch->input_dim + c];
            cr_expect_float_eq(weight[k * batch->input_dim + c], of_weight, 1e-6);
        }
    }
    update_release(&update);
    free(fixture);
}

Test(step, direct_and_two_pass_find_the_same_received_gradient)
{
    struct fixture *fixture[2];
    struct update update[2];
    struct error error;
    struct step_result result;
    for (int u = 0; u < 2; u++) {
        fixture[u] = fixture_create(model_registry[0], "random", 2.0 / 3, u ? BACKPROP_DIRECT : BACKPROP_TWO_PASS);
        cr_assert_eq(update_create(&update[u], &fixture[u]->settings, &trained, &error), 0, "%s", error.message);
        update_step(&update[u], fixture[u]->pixels, fixture[u]->labels, ids, 1, 0, 0, &result);
    }
    size_t bytes = BATCH * (size_t)update[0].step.batch.dim * sizeof(float);
    cr_expect_arr_eq(update[0].step.batch.received, update[1].step.batch.received, bytes);
    cr_expect_arr_neq(update[0].step.batch.received, update[0].step.batch.gradients, bytes);
    for (int u = 0; u < 2; u++) {
        update_release(&update[u]);
        free(fixture[u]);
    }
}

static void list_state(struct update *update, struct checkpoint *checkpoint)
{
    checkpoint->count = 0;
    update_checkpoint(update, checkpoint);
}

Test(step, a_history_is_kept_in_batch_order_and_comes_back_with_a_checkpoint)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_TWO_PASS);
    struct update update, resumed;
    struct error error;
    struct step_result result;
    char path[] = "/tmp/partgrad-history-XXXXXX";
    struct checkpoint *checkpoint = malloc(sizeof *checkpoint);
    close(mkstemp(path));
    fixture->settings.strategy = (struct choice){&seeing.plugin, NULL};
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    cr_assert_eq(update_create(&resumed, &fixture->settings, &trained, &error), 0, "%s", error.message);
    cr_assert_eq(update.step.history_count, 2 * (BATCH + 3));
    for (int s = 0; s < 2; s++) update_step(&update, fixture->pixels, fixture->labels, ids, 1, s, 1e-3, &result);
    const float *history = update.step.history, *losses = update.step.batch.sample_losses;
    cr_expect(isnan(history[2 * 4]), "image 4 was never seen");
    cr_expect(history[2 * 0] == losses[2] && history[2 * 0 + 1] == 2);
    cr_expect(history[2 * 3] == losses[7] && history[2 * 3 + 1] == 4, "of image 3, which is in the batch twice");
    list_state(&update, checkpoint);
    cr_assert_eq(checkpoint_write(checkpoint, path, &error), 0, "%s", error.message);
    list_state(&resumed, checkpoint);
    cr_assert(checkpoint_restore(checkpoint, path));
    cr_expect_arr_eq(resumed.step.history, history, update.step.history_count * sizeof(float));
    remove(path);
    free(checkpoint);
    update_release(&update);
    update_release(&resumed);
    free(fixture);
}

Test(step, the_result_tells_what_the_selection_holds)
{
    struct fixture *fixture = fixture_create(model_registry[0], "first", 0.25, BACKPROP_TWO_PASS);
    struct update update;
    struct error error;
    struct step_result result;
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0);
    update_step(&update, fixture->pixels, fixture->labels, ids, 1, 0, 0, &result);
    const struct batch *batch = &update.step.batch;
    double losses = 0, norms[BATCH], all = 0;
    for (int i = 0; i < BATCH; i++) {
        double square = 0;
        for (int k = 0; k < batch->dim; k++) square += pow(batch->received[i * batch->dim + k], 2);
        norms[i] = sqrt(square);
        all += norms[i];
    }
    for (int i = 0; i < 3; i++) losses += batch->sample_losses[i] / 3;
    cr_expect_eq(result.selected, 3);
    cr_expect_float_eq(result.selected_loss, losses, 1e-6);
    cr_expect_float_eq(result.full_batch_loss, batch->mean_loss, 0);
    cr_expect_float_eq(result.gradient_norm_share, (norms[0] + norms[1] + norms[2]) / all, 1e-6);
    update_release(&update);
    free(fixture);
}

Test(step, probes_change_no_bit_of_the_training)
{
    for (int backprop = BACKPROP_DIRECT; backprop <= BACKPROP_TWO_PASS; backprop++) {
        struct fixture *plain = fixture_create(model_registry[0], "random", 0.25, backprop);
        struct fixture *probed = fixture_create(model_registry[0], "random", 0.25, backprop);
        size_t count;
        probed->settings.diagnostics.every = 1;
        float *a = train(plain, 0, &count), *b = train(probed, 0, &count);
        cr_expect_arr_eq(a, b, count * sizeof(float));
        free(a);
        free(b);
        free(plain);
        free(probed);
    }
}

static struct step_result probe_once(const char *strategy, double portion, int backprop)
{
    struct fixture *fixture = fixture_create(model_registry[0], strategy, portion, backprop);
    struct update update;
    struct error error;
    struct step_result result;
    fixture->settings.diagnostics.every = 2;
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    update_step(&update, fixture->pixels, fixture->labels, ids, 1, 1, 0, &result);
    cr_expect(isnan(result.gradient_cosine), "step 1 is not probed");
    update_step(&update, fixture->pixels, fixture->labels, ids, 1, 2, 0, &result);
    update_release(&update);
    free(fixture);
    return result;
}

Test(step, a_probe_tells_how_far_the_partial_gradient_strays)
{
    struct step_result whole = probe_once("random", 1, BACKPROP_TWO_PASS);
    cr_expect_float_eq(whole.gradient_cosine, 1, 1e-6);
    cr_expect_float_eq(whole.gradient_norm_ratio, 1, 1e-6);
    struct step_result part = probe_once("gradient_norm", 0.25, BACKPROP_TWO_PASS);
    cr_expect(part.gradient_cosine > 0 && part.gradient_cosine < 0.9999, "%g", part.gradient_cosine);
    struct step_result low = probe_once("low_loss", 0.25, BACKPROP_TWO_PASS);
    cr_expect_lt(low.gradient_norm_ratio, part.gradient_norm_ratio);
}
