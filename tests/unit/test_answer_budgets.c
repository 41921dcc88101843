/* test_answer_budgets.c - what a report says is best for a budget of memory or time, of tables written by hand. */
#include <math.h>

#include "tests/support/answer_fixture.h"

Test(answer_budgets, has_a_budget_wherever_the_best_setting_changes)
{
    struct answered answered;
    answer_one(&answered, HEAD WHOLE RANDOM FIRST, NULL);
    /* 100 and 101 MB are as good as one budget, so that random, which is worse, is none */
    const struct answer_budget *small = find_budget(&answered, "peak_tensor_bytes", 0),
                               *large = find_budget(&answered, "peak_tensor_bytes", 1);
    expect_name(&answered, small->best, "first, p = 0.25");
    cr_expect_float_eq(small->amount, 101e6, 1);
    cr_expect_float_eq(small->below, 400e6, 1);
    cr_expect_eq(small->fitting, 2);
    cr_expect_eq(small->like_count, 0, "random lies 9 points of MAP@R below, by much more than chance");
    expect_name(&answered, small->least, "random, p = 0.25");
    cr_expect_float_eq(small->whole, 400e6, 1);
    expect_name(&answered, large->best, "full, p = 1");
    cr_expect_eq(large->like_count, 1, "first, 0.5 points below, cannot be told from it");
    cr_expect(isinf(large->below));
    expect(&answered, ANSWER_BUDGETS, "Memory of planned tensors (highest on the test classes, not a fair choice).");
    expect(&answered, ANSWER_BUDGETS,
           "Below 95.4 MiB nothing fits. From 96.3 MiB (0.25 of p = 1's) on: first, p = 0.25");
    expect(&answered, ANSWER_BUDGETS, "Time of a training run");
    forget(&answered);
}

Test(answer_budgets, chooses_on_validation_classes_if_all_settings_have_them)
{
    struct answered answered;
    static const char valid[] =
        HEAD CELL("a0", "d", "l", "full", "64", "1", "epochs", "0", "0.9", "0.5", "0.3", "400", "100")
            CELL("b0", "d", "l", "random", "64", "0.25", "epochs", "0", "0.7", "0.3", "0.4", "100", "50");
    answer_one(&answered, valid, NULL);
    const struct answer_budget *budget = find_budget(&answered, "peak_tensor_bytes", 0);
    cr_expect(budget->is_fair);
    cr_expect(isinf(budget->below), "full is higher on the test classes alone");
    expect_name(&answered, budget->best, "random, p = 0.25");
    expect(&answered, ANSWER_BUDGETS, "(best on validation classes).");
    expect(&answered, ANSWER_BUDGETS, "(validation MAP@R 40.00 %, recall@1 70.00 %, 1 seed)");
    cr_expect_not(says(&answered, ANSWER_BUDGETS, "fair choice"));
    forget(&answered);
}

Test(answer_budgets, says_that_nothing_fits_and_what_the_least_is)
{
    struct answered answered;
    struct asked asked = {.tables = {HEAD WHOLE RANDOM FIRST}, .count = 1, .wanted = {50u << 20, 60}};
    answer(&answered, &asked);
    expect(&answered, ANSWER_BUDGETS,
           "For 50.0 MiB (0.13 of p = 1's): nothing fits; the least is 95.4 MiB, of random, p = 0.25.");
    expect(&answered, ANSWER_BUDGETS, "For 60.0 s (0.57 of p = 1's): first, p = 0.25");
    cr_expect_eq(answered.answer.budgets.count, 3, "tensors, process, time");
    cr_expect_null(find_budget(&answered, "peak_tensor_bytes", 0)->best);
    forget(&answered);
}

Test(answer_budgets, keeps_data_sets_apart)
{
    struct answered answered;
    static const char two[] =
        HEAD WHOLE RANDOM CELL("j0", "e", "l", "full", "64", "1", "epochs", "0", "0.9", "0.8", "", "50", "10");
    answer_one(&answered, two, NULL);
    expect(&answered, ANSWER_BUDGETS, "Memory of planned tensors on d (highest");
    expect(&answered, ANSWER_BUDGETS, "Memory of planned tensors on e (highest");
    expect_name(&answered, find_budget(&answered, "peak_tensor_bytes", 0)->best, "random, p = 0.25, d");
    forget(&answered);
}
