/* test_optimizer.c - AdamW, SGD and RMSprop against PyTorch's, the schedule, and what is decayed. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "network/optimizer.h"

enum { COUNT = 5, STEPS = 4 };

/* The same start and gradients as tests/fixtures/optimizer.py. */
static void start(float *values)
{
    for (int i = 0; i < COUNT; i++) values[i] = 0.5f * (float)(i - 2) + 0.1f;
}

static void gradient_of(int step, const float *values, float *gradients)
{
    for (int i = 0; i < COUNT; i++) gradients[i] = sinf((float)(step + 1) * (float)(i + 1)) + 0.3f * values[i];
}

static void check(const struct optimizer_options *options, const char *name)
{
    float values[COUNT], gradients[COUNT];
    struct parameter parameter = {.name = "w",
                                  .rank = 2,
                                  .shape = {COUNT, 1},
                                  .count = COUNT,
                                  .trained = 1,
                                  .decay = 1,
                                  .value = values,
                                  .gradient = gradients};
    struct optimizer optimizer;
    struct arena arena = arena_measure();
    struct error error;
    char line[256], label[32];
    double expected[COUNT];
    optimizer_init(&optimizer, options, &parameter, 1, &arena);
    cr_assert_eq(arena_init(&arena, arena.peak, &error), 0);
    optimizer_init(&optimizer, options, &parameter, 1, &arena);
    start(values);
    for (int s = 0; s < STEPS; s++) {
        gradient_of(s, values, gradients);
        optimizer_step(&optimizer, 0.05);
    }
    FILE *stream = fopen("tests/fixtures/optimizer.txt", "r");
    cr_assert_not_null(stream);
    int found = 0;
    while (fgets(line, sizeof line, stream))
        if (sscanf(line, "%31s %lf %lf %lf %lf %lf", label, &expected[0], &expected[1], &expected[2], &expected[3],
                   &expected[4]) == 6 &&
            strcmp(label, name) == 0)
            found = 1, fseek(stream, 0, SEEK_END);
    fclose(stream);
    cr_assert(found, "%s", name);
    for (int i = 0; i < COUNT; i++)
        cr_expect_float_eq(values[i], expected[i], 2e-6, "%s[%d]: %.8g, not %.8g", name, i, values[i], expected[i]);
    arena_release(&arena);
}

Test(optimizer, adamw_is_pytorchs)
{
    struct optimizer_options options;
    option_defaults(optimizer_fields, &options);
    options.weight_decay = 0.1;
    check(&options, "adamw");
}

Test(optimizer, sgd_is_pytorchs)
{
    struct optimizer_options options;
    option_defaults(optimizer_fields, &options);
    options.name = OPTIMIZER_SGD;
    options.weight_decay = 0.1;
    check(&options, "sgd");
}

Test(optimizer, rmsprop_is_pytorchs)
{
    struct optimizer_options options;
    option_defaults(optimizer_fields, &options);
    options.name = OPTIMIZER_RMSPROP;
    options.weight_decay = 0.1;
    check(&options, "rmsprop");
    options.weight_decay = options.momentum = 0;
    options.rms_decay = 0.9;
    options.epsilon = 1e-3;
    check(&options, "rmsprop_alone");
}

Test(optimizer, the_rate_rises_then_falls_like_a_cosine)
{
    struct optimizer_options options;
    option_defaults(optimizer_fields, &options);
    options.learning_rate = 1;
    options.final_learning_rate = 0;
    options.warmup = 0.1;
    cr_expect_float_eq(optimizer_rate(&options, 0, 100), 0.1, 1e-9);
    cr_expect_float_eq(optimizer_rate(&options, 9, 100), 1, 1e-9);
    cr_expect_float_eq(optimizer_rate(&options, 10, 100), 1, 1e-9);
    cr_expect_float_eq(optimizer_rate(&options, 55, 100), 0.5, 1e-9);
    cr_expect_float_eq(optimizer_rate(&options, 100, 100), 0, 1e-9);
    options.warmup = 0;
    cr_expect_float_eq(optimizer_rate(&options, 0, 100), 1, 1e-9);
}

/* For every number of steps and share of warm-up: up to the peak, which it reaches but never passes, and down again. */
Test(optimizer, the_rate_never_exceeds_its_peak)
{
    struct optimizer_options options;
    option_defaults(optimizer_fields, &options);
    options.learning_rate = 0.3;
    options.final_learning_rate = 1e-3;
    for (long steps = 1; steps <= 130; steps++)
        for (int percent = 0; percent <= 100; percent++) {
            options.warmup = percent / 100.0;
            double before = 0, greatest = 0;
            for (long step = 0; step < steps; step++) {
                double rate = optimizer_rate(&options, step, steps);
                cr_assert(rate > 0 && rate <= options.learning_rate, "%g in step %ld of %ld, warm-up %d %%", rate, step,
                          steps, percent);
                cr_assert((double)step < options.warmup * (double)steps ? rate >= before
                                                                        : rate <= greatest || step == 0);
                before = rate;
                greatest = fmax(greatest, rate);
            }
            cr_assert_geq(greatest, 0.95 * options.learning_rate, "%ld steps, warm-up %d %%", steps, percent);
        }
}

Test(optimizer, a_constant_rate_stays_and_one_of_steps_falls_at_its_shares)
{
    struct optimizer_options options;
    option_defaults(optimizer_fields, &options);
    options.learning_rate = 1;
    options.schedule = SCHEDULE_CONSTANT;
    cr_expect_float_eq(optimizer_rate(&options, 0, 100), 0.1, 1e-9);
    cr_expect_float_eq(optimizer_rate(&options, 10, 100), 1, 1e-9);
    cr_expect_float_eq(optimizer_rate(&options, 99, 100), 1, 1e-9);
    options.schedule = SCHEDULE_STEP;
    for (long steps = 10; steps <= 1000; steps += 10) { /* 0.3 of them is a whole number, which no double holds */
        cr_expect_float_eq(optimizer_rate(&options, 3 * steps / 10 - 1, steps), 1, 1e-9, "%ld", steps);
        cr_expect_float_eq(optimizer_rate(&options, 3 * steps / 10, steps), 0.1, 1e-9, "%ld", steps);
        cr_expect_float_eq(optimizer_rate(&options, 9 * steps / 10 - 1, steps), 0.01, 1e-9, "%ld", steps);
        cr_expect_float_eq(optimizer_rate(&options, steps - 1, steps), 0.001, 1e-9, "%ld", steps);
    }
}

Test(optimizer, says_whether_its_schedule_decays)
{
    struct optimizer_options options;
    option_defaults(optimizer_fields, &options);
    cr_expect(optimizer_decays(&options));
    options.final_learning_rate = options.learning_rate;
    cr_expect_not(optimizer_decays(&options));
    options.final_learning_rate = 0;
    options.schedule = SCHEDULE_CONSTANT;
    cr_expect_not(optimizer_decays(&options));
    options.schedule = SCHEDULE_STEP;
    cr_expect(optimizer_decays(&options));
    options.step_every = 1;
    cr_expect_not(optimizer_decays(&options));
}

/* Two steps of the head alone, then one of all: what was left alone begins like new. */
Test(optimizer, the_head_has_a_rate_and_a_beginning_of_its_own)
{
    for (int rule = 0; rule < 3; rule++) {
        float values[] = {1, 1}, gradients[] = {0.5f, 0.5f};
        struct parameter parameters[] = {
            {.name = "trunk", .rank = 2, .count = 1, .trained = 1, .decay = 1, .value = values, .gradient = gradients},
            {.name = "head", .count = 1, .trained = 1, .is_head = 1, .value = values + 1, .gradient = gradients + 1},
        };
        struct optimizer_options options;
        struct optimizer optimizer;
        struct arena arena = arena_measure();
        struct error error;
        option_defaults(optimizer_fields, &options);
        options.name = rule;
        options.weight_decay = 0;
        options.learning_rate = 0.1;
        options.head_learning_rate = 0.3;
        optimizer_init(&optimizer, &options, parameters, 2, &arena);
        cr_assert_eq(arena_init(&arena, arena.peak, &error), 0);
        optimizer_init(&optimizer, &options, parameters, 2, &arena);
        optimizer.head_only = 1;
        optimizer_step(&optimizer, 0.05);
        float first = 1 - values[1];
        optimizer_step(&optimizer, 0.05);
        cr_expect_eq(values[0], 1);
        cr_expect_gt(first, 0);
        optimizer.head_only = 0;
        optimizer_step(&optimizer, 0.05);
        cr_expect_float_eq(3 * (1 - values[0]), first, 1e-6, "rule %d: %g, %g", rule, 1 - values[0], first);
        arena_release(&arena);
    }
}

Test(optimizer, statistics_and_biases_are_not_decayed)
{
    float values[] = {1, 1, 1}, gradients[] = {0, 0};
    struct parameter parameters[] = {
        {.rank = 2, .count = 1, .trained = 1, .decay = 1, .value = values, .gradient = gradients},
        {.rank = 1, .count = 1, .trained = 1, .value = values + 1, .gradient = gradients + 1},
        {.rank = 1, .count = 1, .value = values + 2},
    };
    struct optimizer_options options;
    struct optimizer optimizer;
    struct arena arena = arena_measure();
    struct error error;
    option_defaults(optimizer_fields, &options);
    options.weight_decay = 0.5;
    optimizer_init(&optimizer, &options, parameters, 3, &arena);
    cr_assert_eq(arena_init(&arena, arena.peak, &error), 0);
    optimizer_init(&optimizer, &options, parameters, 3, &arena);
    optimizer_step(&optimizer, 0.1);
    cr_expect_float_eq(values[0], 0.95, 1e-6);
    cr_expect_eq(values[1], 1);
    cr_expect_eq(values[2], 1);
    arena_release(&arena);
}

Test(optimizer, names_the_parameter_that_is_no_longer_finite)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY, 1e38f};
    for (int rule = 0; rule < 3; rule++)
        for (int b = 0; b < 4; b++) {
            static float values[20000], gradients[20000]; /* several blocks of a loop */
            struct parameter parameters[] = {
                {.name = "a", .count = 10000, .trained = 1, .value = values, .gradient = gradients},
                {.name = "b", .count = 10000, .trained = 1, .value = values + 10000, .gradient = gradients + 10000},
            };
            struct optimizer_options options;
            struct optimizer optimizer;
            struct arena arena = arena_measure();
            struct error error;
            option_defaults(optimizer_fields, &options);
            options.name = rule;
            optimizer_init(&optimizer, &options, parameters, 2, &arena);
            cr_assert_eq(arena_init(&arena, arena.peak, &error), 0);
            optimizer_init(&optimizer, &options, parameters, 2, &arena);
            memset(values, 0, sizeof values);
            memset(gradients, 0, sizeof gradients);
            gradients[7] = -3e4f;
            cr_expect_null(optimizer_step(&optimizer, 0.1));
            gradients[10000 + 9123] = bad[b];
            const struct parameter *broken = optimizer_step(&optimizer, rule == OPTIMIZER_SGD ? 10 : 0.1);
            cr_assert(broken, "%g", (double)bad[b]); /* 1e38: its square, or its tenfold, is infinite */
            cr_expect_str_eq(broken->name, "b");
            arena_release(&arena);
        }
}
