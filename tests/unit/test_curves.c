/* test_curves.c - how cells went: the epochs of single ones, and the steps of groups. */
#include <criterion/criterion.h>
#include <math.h>

#include "harness/reports/comparison/curves.h"
#include "harness/reports/comparison/groups.h"
#include "tests/support/run_fixture.h"

#define CELLS                                                                                                          \
    "cell,status,settings,dataset,model,loss,strategy,batch_size,portion,seed,test_recall_at_1\n"                      \
    "a,ok,0a,d,m,l,full,64,1,0,0.5\nb,ok,0b,d,m,l,full,64,1,1,0.6\nc,ok,0c,d,m,l,first,64,0.5,0,0.4\n"

static struct curves read_curves(struct run_fixture *fixture, const char *epochs)
{
    static const char *const tables[] = {CELLS};
    struct curves curves;
    struct error error = {0};
    cr_assert_eq(run_fixture_read(fixture, tables, 1, NULL, &error), 0, "%s", error.message);
    free(run_fixture_put(fixture->parent, "a", "epochs.csv", epochs));
    cr_assert_eq(curves_read(&curves, &fixture->results, &error), 0, "%s", error.message);
    cr_assert_eq(curves.count, 3);
    return curves;
}

static void expect_text(const struct curves *curves, int cell, int most, const char *expected)
{
    struct error error;
    char *text;
    cr_assert_eq(curve_text(&text, &curves->curve[cell], most, &error), 0);
    if (expected)
        cr_expect_str_eq(text, expected);
    else
        cr_expect_null(text);
    free(text);
}

Test(curves, are_of_the_first_metric_that_was_measured_twice)
{
    struct run_fixture fixture;
    struct curves curves = read_curves(&fixture, "cell,settings,epoch,test_recall_at_1,valid_recall_at_1,"
                                                 "full_batch_loss\n"
                                                 "a,0a,1,0.25,,0.9\na,0a,0,0.0312,,\na,0a,2,,,0.8\na,0a,3,0.5,,0.7\n"
                                                 "b,0b,0,0.1,0.2,\nb,0b,1,,0.3,0.5\nb,0b,1,,0.9,0.5\n"
                                                 "c,0x,0,0.1,0.2,\nc,0x,1,0.1,0.3,0.5\n");
    expect_text(&curves, 0, 32, "recall@1, %|0 3.12|1 25.00|3 50.00");
    expect_text(&curves, 1, 32, "validation recall@1, %|0 20.00|1 30.00");
    expect_text(&curves, 2, 32, NULL); /* rows of another training of that name */
    curves_release(&curves);
    run_fixture_forget(&fixture);
}

Test(curves, are_thinned_but_for_their_ends)
{
    struct run_fixture fixture;
    char *epochs = NULL;
    size_t size;
    FILE *out = open_memstream(&epochs, &size);
    fputs("cell,settings,epoch,test_recall_at_1\n", out);
    for (int e = 0; e <= 9; e++) fprintf(out, "a,0a,%d,0.%d\n", e, e);
    fclose(out);
    struct curves curves = read_curves(&fixture, epochs);
    expect_text(&curves, 0, 4, "recall@1, %|0 0.00|3 30.00|6 60.00|9 90.00");
    expect_text(&curves, 0, 3, "recall@1, %|0 0.00|4 40.00|8 80.00|9 90.00");
    curves_release(&curves);
    run_fixture_forget(&fixture);
    free(epochs);
}

/* ---- steps ---- */

/* steps.csv of so many steps, whose whole loss is the step's number times `factor`. */
static void put_steps(const struct run_fixture *fixture, const char *cell, const char *settings, int count,
                      double factor)
{
    char *steps = NULL, *name = NULL;
    size_t size;
    FILE *out = open_memstream(&steps, &size);
    fputs("cell,settings,epoch,step,full_batch_loss,selected_loss\n", out);
    for (int s = 1; s <= count; s++) fprintf(out, "%s,%s,1,%d,%g,%g\n", cell, settings, s, factor * s, factor * s + 1);
    fclose(out);
    cr_assert(asprintf(&name, "a/cells/%s", cell) > 0);
    free(run_fixture_put(fixture->parent, name, "steps.csv", steps));
    free(name);
    free(steps);
}

Test(groups, bring_a_few_steps_together_and_then_seeds)
{
    static const char *const tables[] = {CELLS};
    struct run_fixture fixture;
    struct groups groups;
    struct error error = {0};
    cr_assert_eq(run_fixture_read(&fixture, tables, 1, NULL, &error), 0);
    put_steps(&fixture, "a", "0a", 101, 1);
    put_steps(&fixture, "b", "0b", 101, 3);
    put_steps(&fixture, "c", "0x", 5, 1); /* of another training */
    cr_assert_eq(groups_make(&groups, &fixture.results, &error), 0, "%s", error.message);
    cr_assert_eq(groups_read_steps(&groups, &error), 0, "%s", error.message);
    const struct group *whole = &groups.group[0];
    cr_assert_eq(groups.group[1].step_count, 0);
    cr_assert_eq(whole->step_width, 3);
    cr_assert_eq(whole->step_count, 34);
    cr_expect_float_eq(whole->steps[1].step, 5, 1e-12);
    cr_expect_float_eq(whole->steps[1].value[GROUPS_STEP_FULL_LOSS].mean, 10, 1e-9, "5 and 15, over steps 4 to 6");
    cr_expect_float_eq(whole->steps[1].value[GROUPS_STEP_SELECTED_LOSS].mean, 11, 1e-9);
    cr_expect_float_eq(whole->steps[33].value[GROUPS_STEP_FULL_LOSS].mean, 2 * 100.5, 1e-9, "two steps are left");
    groups_release(&groups);
    run_fixture_forget(&fixture);
}
