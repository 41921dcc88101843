/* test_step_losses.c - steps of every loss and strategy, of memory banks, detached batches and proxies. */
#include "tests/support/step_fixture.h"

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
