/* test_step_memory.c - what steps take: planned before the first, by batch and portion. */
#include "harness/training/memory.h"
#include "tests/support/step_fixture.h"

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
