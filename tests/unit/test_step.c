/* test_step.c - the identities that gradient portions rest on, on every model and strategy of the registries. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/training/budget.h"
#include "harness/training/memory.h"
#include "harness/training/update.h"
#include "strategies/strategy.h"

enum { BATCH = 12, SIZE_LARGEST = 72, STEPS = 2, OPTIONS_SIZE = 2 * OPTION_TEXT_SIZE };

/* Settings of a small training, and the options they point to. */
struct fixture {
    struct settings settings;
    char model[OPTIONS_SIZE] __attribute__((aligned(16)));
    char loss[OPTIONS_SIZE] __attribute__((aligned(16)));
    char strategy[OPTIONS_SIZE] __attribute__((aligned(16)));
    uint8_t pixels[BATCH * 3 * SIZE_LARGEST * SIZE_LARGEST];
    int labels[BATCH];
};

static const int trained_labels[] = {0, 1, 2, 3};
static const struct update_classes trained = {4, trained_labels, BATCH + 3};
/* Images of the batch among 15; one is there twice. */
static const int ids[BATCH] = {14, 3, 0, 7, 12, 5, 9, 3, 1, 11, 6, 2};

/* Not less for the deep ones: maps of 2 x 2 are what oneDNN has only its slow reference kernels for. */
static int size_of(const struct plugin *model)
{
    return model == model_registry[0] ? 32 : SIZE_LARGEST;
}

static struct choice choose(const struct plugin *plugin, void *options)
{
    cr_assert_leq(plugin->options_size, OPTIONS_SIZE);
    option_defaults(plugin->fields, options);
    return (struct choice){plugin, options};
}

static struct fixture *fixture_create(const struct plugin *model, const char *strategy, double portion, int backprop)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error;
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    fixture->settings = (struct settings){
        .model = choose(model, fixture->model),
        .loss = choose(loss_registry[0], fixture->loss),
        .strategy = choose(plugin_find(strategy_registry, "strategy", strategy, &error), fixture->strategy),
        .network = {.embedding_size = 16, .gem_power = 3},
        .image_size = size_of(model),
        .precision = PRECISION_F32,
        .micro_batch = 4,
        .backprop = backprop,
        .batch_size = BATCH,
        .samples_per_class = 3,
        .portion = portion,
        .portion_schedule = {.end = 1},
        .accumulate = 1,
        .seed = 5,
    };
    option_defaults(optimizer_fields, &fixture->settings.optimizer);
    for (size_t i = 0; i < sizeof fixture->pixels; i++) fixture->pixels[i] = (uint8_t)random_below(&random, 256);
    for (int i = 0; i < BATCH; i++) fixture->labels[i] = i / 3;
    return fixture;
}

static size_t count_values(struct network *network)
{
    int count;
    size_t sum = 0;
    struct parameter *parameters = network_parameters(network, &count);
    for (int p = 0; p < count; p++) sum += parameters[p].count;
    return sum;
}

/* All parameters' values, or their gradients with 0 for what is not trained; the caller frees. */
static float *snapshot(struct network *network, int gradients)
{
    int count;
    struct parameter *parameters = network_parameters(network, &count);
    float *all = calloc(count_values(network), sizeof *all), *at = all;
    for (int p = 0; p < count; p++) {
        const float *from = gradients ? parameters[p].gradient : parameters[p].value;
        if (from) memcpy(at, from, parameters[p].count * sizeof *at);
        at += parameters[p].count;
    }
    return all;
}

/* Trains for a few steps; weights or the last step's gradients. */
static float *train_kind(struct fixture *fixture, int kind, int gradients, size_t *count)
{
    struct update update;
    struct error error;
    struct step_result result;
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    update_set_kind(&update, kind);
    for (int s = 0; s < STEPS; s++) update_step(&update, fixture->pixels, fixture->labels, ids, 1, s, 1e-3, &result);
    *count = count_values(update.network);
    float *all = snapshot(update.network, gradients);
    update_release(&update);
    return all;
}

static float *train(struct fixture *fixture, int gradients, size_t *count)
{
    return train_kind(fixture, 0, gradients, count);
}

/* Training as any textbook has it: all samples forwarded with tape, the loss, all gradients back, an update. */
static float *train_ordinarily(struct fixture *fixture)
{
    struct update update;
    struct error error;
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    struct batch *batch = &update.step.batch;
    batch->labels = fixture->labels;
    for (int s = 0; s < STEPS; s++) {
        network_clear_gradients(update.network);
        network_forward_tape(update.network, fixture->pixels, NULL, BATCH, (struct network_rows){batch->embeddings});
        loss_compute((const struct loss *)fixture->settings.loss.plugin, fixture->settings.loss.options, batch,
                     &update.step.loss_workspace);
        network_backward(update.network, BATCH, batch->gradients);
        network_finish_gradients(update.network);
        optimizer_step(&update.optimizer, 1e-3);
        network_refresh(update.network);
    }
    float *all = snapshot(update.network, 0);
    update_release(&update);
    return all;
}

static double relative_distance(const float *a, const float *b, size_t count)
{
    double wrong = 0, norm = 0;
    for (size_t i = 0; i < count; i++) {
        wrong += pow((double)a[i] - b[i], 2);
        norm += pow(a[i], 2);
    }
    return sqrt(wrong / norm);
}

/* Models whose layers no other has; the larger ResNets are resnet18's file again, and take long. */
static int is_another(const struct plugin *model)
{
    return strcmp(model->name, "resnet34") != 0 && strcmp(model->name, "resnet50") != 0;
}

static void expect_ordinary_training(const struct plugin *model, const char *strategy)
{
    struct fixture *fixture = fixture_create(model, strategy, 1, BACKPROP_DIRECT);
    size_t count;
    float *portion = train(fixture, 0, &count), *ordinary = train_ordinarily(fixture);
    cr_expect_arr_eq(portion, ordinary, count * sizeof(float), "%s, %s", model->name, strategy);
    free(portion);
    free(ordinary);
    free(fixture);
}

Test(step_slow, the_whole_batch_direct_is_ordinary_training_bit_for_bit)
{
    for (const struct plugin *const *model = model_registry; *model; model++)
        if (is_another(*model)) expect_ordinary_training(*model, "random");
}

Test(step_slow, every_strategy_is_ordinary_training_at_the_whole_batch)
{
    for (const struct plugin *const *strategy = strategy_registry; *strategy; strategy++)
        expect_ordinary_training(model_registry[0], (*strategy)->name);
}

Test(step_slow, direct_and_two_pass_are_the_same_bit_for_bit_where_micro_batches_are)
{
    for (const struct plugin *const *model = model_registry; *model; model++) {
        if (!is_another(*model)) continue;
        struct fixture *direct = fixture_create(*model, "random", 2.0 / 3, BACKPROP_DIRECT);
        struct fixture *two_pass = fixture_create(*model, "random", 2.0 / 3, BACKPROP_TWO_PASS);
        size_t count;
        float *a = train(direct, 0, &count), *b = train(two_pass, 0, &count);
        cr_expect_arr_eq(a, b, count * sizeof(float), "%s", (*model)->name);
        free(a);
        free(b);
        free(direct);
        free(two_pass);
    }
}

Test(step_slow, micro_batches_change_nothing_but_the_order_of_sums)
{
    for (const struct plugin *const *model = model_registry; *model; model++) {
        if (!is_another(*model)) continue;
        struct fixture *small = fixture_create(*model, "first", 0.5, BACKPROP_TWO_PASS);
        struct fixture *large = fixture_create(*model, "first", 0.5, BACKPROP_DIRECT);
        struct update a, b;
        struct error error;
        struct step_result result;
        small->settings.micro_batch = 2;
        large->settings.micro_batch = 64;
        cr_assert_eq(update_create(&a, &small->settings, &trained, &error), 0, "%s", error.message);
        cr_assert_eq(update_create(&b, &large->settings, &trained, &error), 0, "%s", error.message);
        update_step(&a, small->pixels, small->labels, ids, 1, 0, 0, &result);
        update_step(&b, large->pixels, large->labels, ids, 1, 0, 0, &result);
        float *left = snapshot(a.network, 1), *right = snapshot(b.network, 1);
        double distance = relative_distance(left, right, count_values(a.network));
        cr_expect_lt(distance, 1e-4, "%s: %g", (*model)->name, distance);
        free(left);
        free(right);
        update_release(&a);
        update_release(&b);
        free(small);
        free(large);
    }
}

/* Sum over S of J^T g plus the sum over the rest is the sum over all. */
Test(step_slow, a_portion_and_its_rest_make_the_full_gradient)
{
    for (const struct plugin *const *model = model_registry; *model; model++) {
        if (!is_another(*model)) continue;
        struct fixture *fixture = fixture_create(*model, "first", 0.25, BACKPROP_TWO_PASS);
        struct fixture *all = fixture_create(*model, "first", 1, BACKPROP_TWO_PASS);
        struct update part, full;
        struct error error;
        struct step_result result;
        cr_assert_eq(update_create(&part, &fixture->settings, &trained, &error), 0, "%s", error.message);
        cr_assert_eq(update_create(&full, &all->settings, &trained, &error), 0, "%s", error.message);
        size_t count = count_values(full.network);
        update_step(&full, all->pixels, all->labels, ids, 1, 0, 0, &result);
        float *whole = snapshot(full.network, 1), *sum = calloc(count, sizeof *sum);
        for (int first = 0; first < BATCH; first += 3) { /* the four quarters of the batch, each by hand */
            network_clear_gradients(part.network);
            int positions[] = {first, first + 1, first + 2};
            network_forward_tape(part.network, fixture->pixels, positions, 3, (struct network_rows){part.step.rows});
            network_backward(part.network, 3, full.step.batch.gradients + first * full.step.batch.dim);
            network_finish_gradients(part.network);
            float *quarter = snapshot(part.network, 1);
            for (size_t i = 0; i < count; i++) sum[i] += quarter[i];
            free(quarter);
        }
        double distance = relative_distance(whole, sum, count);
        cr_expect_lt(distance, 1e-4, "%s: %g", (*model)->name, distance);
        free(whole);
        free(sum);
        update_release(&part);
        update_release(&full);
        free(fixture);
        free(all);
    }
}

Test(step, two_pass_memory_does_not_depend_on_the_batch)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_TWO_PASS);
    struct update_plan small, large;
    struct error error;
    fixture->settings.batch_size = 16;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &small, &error), 0);
    fixture->settings.batch_size = 1024;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &large, &error), 0);
    cr_expect_eq(update_activation_bytes(&small), update_activation_bytes(&large));
    free(fixture);
}

Test(step, direct_memory_falls_with_the_portion)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 1, BACKPROP_DIRECT);
    struct update_plan full, half;
    struct error error;
    fixture->settings.batch_size = 64;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &full, &error), 0);
    fixture->settings.portion = 0.5;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &half, &error), 0);
    cr_expect_eq(2 * half.network.tape, full.network.tape);
    free(fixture);
}

Test(step, what_was_planned_was_placed)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_DIRECT);
    struct update_plan planned;
    struct update update;
    struct error error;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &planned, &error), 0);
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0);
    cr_expect_eq(memory_tensor_bytes(&planned), memory_tensor_bytes(&update.plan));
    cr_expect_eq(update.arena.used, planned.step_bytes + planned.optimizer_bytes);
    update_release(&update);
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

/* ---- what strategies see ---- */

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

Test(step, inverse_portion_scales_the_gradient_and_nothing_else)
{
    struct fixture *plain = fixture_create(model_registry[0], "first", 0.25, BACKPROP_TWO_PASS);
    struct fixture *scaled = fixture_create(model_registry[0], "first", 0.25, BACKPROP_TWO_PASS);
    struct update a, b;
    struct error error;
    struct step_result result;
    scaled->settings.gradient_scale = GRADIENT_SCALE_INVERSE_PORTION;
    cr_assert_eq(update_create(&a, &plain->settings, &trained, &error), 0);
    cr_assert_eq(update_create(&b, &scaled->settings, &trained, &error), 0);
    update_step(&a, plain->pixels, plain->labels, ids, 1, 0, 0, &result);
    update_step(&b, scaled->pixels, scaled->labels, ids, 1, 0, 0, &result);
    float *left = snapshot(a.network, 1), *right = snapshot(b.network, 1);
    for (size_t i = 0; i < count_values(a.network); i++) left[i] *= 4;
    cr_expect_lt(relative_distance(left, right, count_values(a.network)), 1e-6);
    free(left);
    free(right);
    update_release(&a);
    update_release(&b);
    free(plain);
    free(scaled);
}

Test(step, accumulated_batches_update_once_by_their_mean)
{
    struct fixture *one = fixture_create(model_registry[0], "first", 0.5, BACKPROP_TWO_PASS);
    struct fixture *three = fixture_create(model_registry[0], "first", 0.5, BACKPROP_TWO_PASS);
    struct update a, b;
    struct error error;
    struct step_result result;
    three->settings.accumulate = 3;
    cr_assert_eq(update_create(&a, &one->settings, &trained, &error), 0);
    cr_assert_eq(update_create(&b, &three->settings, &trained, &error), 0);
    size_t count = count_values(a.network);
    float *start = snapshot(b.network, 0);
    update_step(&a, one->pixels, one->labels, ids, 1, 0, 1e-3, &result);
    for (int step = 0; step < 3; step++) { /* the same batch three times: the mean is the batch's own gradient */
        float *weights = snapshot(b.network, 0);
        cr_expect_arr_eq(weights, start, count * sizeof(float), "before step %d", step);
        free(weights);
        update_step(&b, three->pixels, three->labels, ids, 1, step, 1e-3, &result);
    }
    float *left = snapshot(a.network, 1), *right = snapshot(b.network, 1), *moved = snapshot(b.network, 0);
    cr_expect_lt(relative_distance(left, right, count), 1e-5);
    cr_expect_neq(memcmp(moved, start, count * sizeof(float)), 0);
    float *arrays[] = {start, left, right, moved};
    for (int i = 0; i < 4; i++) free(arrays[i]);
    update_release(&a);
    update_release(&b);
    free(one);
    free(three);
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

/* Every parameter that is trained moves, and stays finite. */
static void expect_training(struct fixture *fixture, const char *what)
{
    struct update update;
    struct error error;
    struct step_result result;
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s: %s", what, error.message);
    size_t at = 0;
    int count;
    const struct parameter *parameters = network_parameters(update.network, &count);
    float *before = snapshot(update.network, 0);
    for (int s = 0; s < STEPS; s++) update_step(&update, fixture->pixels, fixture->labels, ids, 1, s, 1e-3, &result);
    for (int p = 0; p < count; at += parameters[p].count, p++) {
        if (!parameters[p].gradient) continue;
        cr_expect_neq(memcmp(parameters[p].value, before + at, parameters[p].count * sizeof(float)), 0, "%s: %s stays",
                      what, parameters[p].name);
        for (size_t i = 0; i < parameters[p].count; i++)
            cr_assert(isfinite(parameters[p].value[i]), "%s: %s", what, parameters[p].name);
    }
    free(before);
    update_release(&update);
}

static void expect_pair_trains(const struct plugin *loss, const struct strategy *strategy)
{
    int whole = strcmp(strategy->plugin.name, "full") == 0;
    for (int backprop = BACKPROP_DIRECT; backprop <= BACKPROP_TWO_PASS; backprop++) {
        if (backprop == BACKPROP_DIRECT && !strategy_runs_direct(strategy)) continue;
        struct fixture *fixture = fixture_create(model_registry[0], strategy->plugin.name, whole ? 1 : 0.25, backprop);
        char name[128];
        fixture->settings.loss = choose(loss, fixture->loss);
        snprintf(name, sizeof name, "%s under %s", loss->name, strategy->plugin.name);
        expect_training(fixture, name);
        free(fixture);
    }
}

static int count_plugins(const struct plugin *const *registry)
{
    int count = 0;
    while (registry[count]) count++;
    return count;
}

/* Each with one of the others: a strategy sees of a loss only numbers, which the losses' own tests hold to the same
 * terms. */
/* What needs the weights of another cell is trained by tests of the command line. */
Test(step_slow, every_loss_and_every_strategy_trains)
{
    int losses = count_plugins(loss_registry), strategies = count_plugins(strategy_registry);
    for (int i = 0; i < losses || i < strategies; i++) {
        const struct strategy *strategy = (const struct strategy *)strategy_registry[i % strategies];
        if (!(strategy->needs & NEEDS_REFERENCE)) expect_pair_trains(loss_registry[i % losses], strategy);
    }
}

Test(step, every_pair_loss_trains_with_a_memory_bank_and_no_other_does)
{
    for (const struct plugin *const *loss = loss_registry; *loss; loss++) {
        struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_TWO_PASS);
        fixture->settings.loss = choose(*loss, fixture->loss);
        fixture->settings.bank_size = 20;
        fixture->settings.bank_start_epoch = 1;
        if (((const struct loss *)*loss)->has_proxies) {
            struct update update;
            struct error error;
            cr_expect_eq(update_create(&update, &fixture->settings, &trained, &error), -1);
            cr_expect_not_null(strstr(error.message, "proxies"), "%s", error.message);
        } else {
            expect_training(fixture, (*loss)->name);
        }
        free(fixture);
    }
}

/* What a batch is compared with changes no loss when it is detached, but half of its gradient. */
Test(step, a_detached_batch_has_the_same_loss_and_another_gradient)
{
    enum { VALUES = BATCH * 16 };
    float gradients[2][VALUES] = {{0}}, loss[2];
    for (int detached = 0; detached < 2; detached++) {
        struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_TWO_PASS);
        struct update update;
        struct error error;
        struct step_result result;
        fixture->settings.own_batch = detached ? OWN_BATCH_DETACHED : OWN_BATCH_TRAINED;
        cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
        cr_assert_leq(update.step.batch.size * update.step.batch.dim, VALUES);
        update_step(&update, fixture->pixels, fixture->labels, ids, 1, 0, 0, &result);
        memcpy(gradients[detached], update.step.batch.gradients,
               (size_t)update.step.batch.size * update.step.batch.dim * sizeof(float));
        loss[detached] = result.full_batch_loss;
        update_release(&update);
        free(fixture);
    }
    cr_expect_eq(loss[0], loss[1]);
    cr_expect_neq(memcmp(gradients[0], gradients[1], sizeof gradients[0]), 0);
}

Test(step, proxies_are_no_batch_to_detach)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_TWO_PASS);
    struct update update;
    struct error error;
    fixture->settings.loss = choose(plugin_find(loss_registry, "loss", "proxy_nca", &error), fixture->loss);
    fixture->settings.own_batch = OWN_BATCH_DETACHED;
    cr_expect_eq(update_create(&update, &fixture->settings, &trained, &error), -1);
    cr_expect_not_null(strstr(error.message, "use own_batch: trained"), "%s", error.message);
    free(fixture);
}

Test(step, a_memory_bank_changes_the_loss_from_its_epoch_on)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 0.5, BACKPROP_TWO_PASS);
    struct update update;
    struct error error;
    struct step_result result[3];
    fixture->settings.bank_size = 2 * BATCH;
    fixture->settings.bank_start_epoch = 2;
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    for (int epoch = 1; epoch <= 3; epoch++)
        update_step(&update, fixture->pixels, fixture->labels, ids, epoch, 0, 0, &result[epoch - 1]);
    cr_expect_eq(result[0].full_batch_loss, result[1].full_batch_loss, "the bank is empty until epoch 2 has entered");
    cr_expect_neq(result[1].full_batch_loss, result[2].full_batch_loss);
    update_release(&update);
    free(fixture);
}

Test(step, proxies_learn_from_the_whole_batch_whatever_the_portion)
{
    enum { VALUES = 4 * 16 };
    float moved[2][VALUES], before[VALUES];
    for (int whole = 0; whole < 2; whole++) {
        struct fixture *fixture = fixture_create(model_registry[0], "first", whole ? 1 : 0.25, BACKPROP_TWO_PASS);
        struct update update;
        struct error error;
        struct step_result result;
        fixture->settings.loss = choose(plugin_find(loss_registry, "loss", "proxy_anchor", &error), fixture->loss);
        cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
        memcpy(before, update.step.proxies.values, sizeof before);
        update_step(&update, fixture->pixels, fixture->labels, ids, 1, 0, 1e-3, &result);
        memcpy(moved[whole], update.step.proxies.values, sizeof before);
        cr_expect_neq(memcmp(before, moved[whole], sizeof before), 0);
        update_release(&update);
        free(fixture);
    }
    cr_expect_arr_eq(moved[0], moved[1], sizeof before);
}

Test(step, a_class_has_as_many_proxies_as_its_loss_wants)
{
    struct fixture *fixture = fixture_create(model_registry[0], "first", 1, BACKPROP_TWO_PASS);
    struct update update;
    struct error error;
    struct step_result result;
    fixture->settings.loss = choose(plugin_find(loss_registry, "loss", "soft_triple", &error), fixture->loss);
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    const struct proxies *proxies = &update.step.proxies;
    cr_assert_eq(proxies->count, 10 * trained.count);
    for (int p = 0; p < proxies->count; p++) cr_expect_eq(proxies->labels[p], trained.labels[p / 10]);
    update_step(&update, fixture->pixels, fixture->labels, ids, 1, 0, 1e-3, &result);
    cr_expect(isfinite(result.full_batch_loss));
    update_release(&update);
    free(fixture);
}

/* ---- kinds of steps ---- */

Test(step, a_whole_step_is_the_one_of_the_whole_batch_bit_for_bit)
{
    static const char *const strategies[] = {"random", "importance"};
    for (int two_pass = 0; two_pass < 2; two_pass++) {
        struct fixture *some = fixture_create(model_registry[0], strategies[two_pass], 0.25,
                                              two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT);
        struct fixture *full =
            fixture_create(model_registry[0], "full", 1, two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT);
        size_t count;
        some->settings.portion_schedule.start = 0.5;
        some->settings.gradient_scale = GRADIENT_SCALE_INVERSE_PORTION; /* of which whole steps take none */
        float *whole = train_kind(some, STEP_WHOLE, 0, &count), *expected = train(full, 0, &count);
        cr_expect_arr_eq(whole, expected, count * sizeof *whole, "two_pass %d", two_pass);
        free(whole);
        free(expected);
        free(some);
        free(full);
    }
}

Test(step, memory_is_planned_for_whole_steps)
{
    struct fixture *fixture = fixture_create(model_registry[0], "random", 0.25, BACKPROP_DIRECT);
    struct update_plan some, scheduled, full;
    struct error error;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &some, &error), 0);
    fixture->settings.portion_schedule.whole_every = 3;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &scheduled, &error), 0);
    fixture->settings.portion = 1;
    cr_assert_eq(update_measure(&fixture->settings, &trained, &full, &error), 0);
    cr_expect_eq(scheduled.network.tape, full.network.tape);
    cr_expect_lt(some.network.tape, full.network.tape);
    free(fixture);
}

/* The head gets the gradient that it has anyway, and nothing else is changed. */
Test(step, of_the_head_alone_leaves_the_rest_as_it_is)
{
    for (int two_pass = 0; two_pass < 2; two_pass++) {
        struct fixture *fixture =
            fixture_create(model_registry[0], "random", 0.25, two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT);
        struct update all, head;
        struct error error;
        struct step_result result;
        int count;
        cr_assert_eq(update_create(&all, &fixture->settings, &trained, &error), 0, "%s", error.message);
        cr_assert_eq(update_create(&head, &fixture->settings, &trained, &error), 0, "%s", error.message);
        float *before = snapshot(head.network, 0), *at = before;
        update_set_kind(&head, STEP_HEAD_ONLY);
        update_step(&all, fixture->pixels, fixture->labels, ids, 1, 0, 1e-3, &result);
        update_step(&head, fixture->pixels, fixture->labels, ids, 1, 0, 1e-3, &result);
        struct parameter *expected = network_parameters(all.network, &count);
        struct parameter *parameters = network_parameters(head.network, &count);
        for (int p = 0; p < count; at += parameters[p].count, p++) {
            const float *same = parameters[p].is_head ? expected[p].value : at;
            cr_expect_arr_eq(parameters[p].value, same, parameters[p].count * sizeof *at, "%s", parameters[p].name);
            for (size_t i = 0; parameters[p].gradient && i < parameters[p].count; i++)
                cr_assert_eq(parameters[p].gradient[i], parameters[p].is_head ? expected[p].gradient[i] : 0);
        }
        free(before);
        update_release(&all);
        update_release(&head);
        free(fixture);
    }
}
