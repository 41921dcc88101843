/* test_step_kinds.c - what is done with the gradient: scaled, accumulated, of the whole batch, of the head alone. */
#include "harness/training/budget.h"
#include "tests/support/step_fixture.h"

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
