/* test_step.c - the identities that gradient portions rest on, on every model and strategy of the registries. */
#include "tests/support/step_fixture.h"

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
