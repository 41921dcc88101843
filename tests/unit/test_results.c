/* test_results.c - which rows of tables are trainings of their own: each identity once, whatever is doubled, copied or
 * edited. */
#include <criterion/criterion.h>
#include <time.h>

#include "harness/reports/comparison/groups.h"
#include "tests/support/run_fixture.h"

#define NEW "cell,status,settings,strategy,batch_size,portion,seed,test_recall_at_1,images_per_second\n"
#define OLD "cell,status,strategy,batch_size,portion,seed,test_recall_at_1,images_per_second\n"

static const char two_seeds[] = NEW "x0,ok,00a0,random,64,0.5,0,0.5,100\n"
                                    "x1,ok,00a1,random,64,0.5,1,0.6,100\n";

/* How many cells of a table's rows count. */
static int count_read(const char *const *tables, int count, int *repeated)
{
    struct run_fixture fixture;
    struct error error;
    cr_assert_eq(run_fixture_read(&fixture, tables, count, NULL, &error), 0, "%s", error.message);
    int cells = fixture.results.ok.count;
    *repeated = 0;
    for (int r = 0; r < count; r++) *repeated += fixture.results.runs[r].repeated;
    run_fixture_forget(&fixture);
    return cells;
}

Test(results, count_a_training_once_however_often_its_row_is_there)
{
    int repeated;
    const char *copied[] = {two_seeds, two_seeds};
    const char *doubled[] = {NEW "x0,ok,00a0,random,64,0.5,0,0.5,100\nx0,ok,00a0,random,64,0.5,0,0.5,100\n"};
    const char *again[] = {two_seeds, NEW "renamed,ok,00a0,random,64,0.5,0,0.5,170\n"}; /* trained once more */
    cr_expect_eq(count_read(copied, 2, &repeated), 2);
    cr_expect_eq(repeated, 2);
    cr_expect_eq(count_read(doubled, 1, &repeated), 1);
    cr_expect_eq(count_read(again, 2, &repeated), 2);
    cr_expect_eq(repeated, 1);
}

Test(results, of_tables_without_identities_count_equal_rows_once_and_others_by_run)
{
    int repeated;
    const char a[] = OLD "x0,ok,random,64,0.5,0,0.5,100\n", b[] = OLD "x0,ok,random,64,0.5,0,0.7,100\n";
    const char *copied[] = {a, a}, *other[] = {a, b};
    cr_expect_eq(count_read(copied, 2, &repeated), 1);
    cr_expect_eq(repeated, 1);
    cr_expect_eq(count_read(other, 2, &repeated), 2, "they may be of other settings, which the tables do not say");
}

Test(results, refuse_two_rows_of_one_training_that_measured_different_things)
{
    struct run_fixture fixture;
    struct error error;
    const char *tables[] = {two_seeds, NEW "y0,ok,00a0,random,64,0.5,0,0.51,100\n"};
    cr_assert_eq(run_fixture_read(&fixture, tables, 2, NULL, &error), -1);
    cr_expect(strstr(error.message, "/a/cells.csv, row 1 (x0)") && strstr(error.message, "/b/cells.csv, row 1 (y0)"),
              "%s", error.message);
    cr_expect(strstr(error.message, "test_recall_at_1 (0.5 and 0.51)"), "%s", error.message);
    run_fixture_forget(&fixture);
    cr_expect_eq(run_fixture_read(&fixture, tables, 2, "run", &error), 0, "kept apart: %s", error.message);
    cr_expect_eq(fixture.results.ok.count, 3);
    run_fixture_forget(&fixture);
    const char *old[] = {OLD "triplet.1-s0,ok,random,64,0.5,0,0.5,100\ntriplet.2-s0,ok,random,64,0.5,0,0.6,100\n"};
    cr_expect_eq(run_fixture_read(&fixture, old, 1, NULL, &error), -1, "variants are no seeds");
    run_fixture_forget(&fixture);
}

Test(results, set_rows_aside_that_the_experiment_does_not_ask_for_and_count_what_is_pending)
{
    struct run_fixture fixture;
    struct error error;
    const char *tables[] = {two_seeds}, *expected[] = {"00a1", "00a2", "00a3"};
    cr_assert_eq(run_fixture_read(&fixture, tables, 1, NULL, &error), 0);
    results_release(&fixture.results);
    fixture.sources[0] = (struct results_source){fixture.folders[0], 3, expected};
    cr_assert_eq(results_read(&fixture.results, fixture.sources, 1, NULL, &error), 0, "%s", error.message);
    cr_expect_eq(fixture.results.ok.count, 1);
    cr_expect_eq(fixture.results.aside.count, 1);
    cr_expect_str_eq(results_text(&fixture.results, fixture.results.aside.cells[0], "cell"), "x0");
    cr_expect_eq(fixture.results.runs[0].pending, 2);
    run_fixture_forget(&fixture);
}

Test(results, take_unknown_for_no_identity)
{
    struct run_fixture fixture;
    struct error error;
    const char *tables[] = {NEW "x,ok,unknown,random,64,0.5,0,0.5,100\ny,ok,unknown,random,unknown,0.5,0,0.6,100\n"};
    cr_assert_eq(run_fixture_read(&fixture, tables, 1, NULL, &error), 0, "%s", error.message);
    cr_expect_eq(fixture.results.ok.count, 2);
    int unknown = 0;
    for (int a = 0; a < fixture.results.axes.count; a++)
        unknown += strcmp(axis_absent(&fixture.results.axes.axis[a]), axis_unknown) == 0;
    cr_expect_eq(fixture.results.runs[0].unknown, unknown - 3, "strategy, portion and seed are known");
    run_fixture_forget(&fixture);
}

Test(results, say_what_is_missing)
{
    struct run_fixture fixture;
    struct error error;
    const char *tables[] = {"cell,status\na,ok\n"};
    cr_assert_eq(run_fixture_read(&fixture, tables, 1, NULL, &error), -1);
    cr_expect(strstr(error.message, "/a/cells.csv: ") && strstr(error.message, "no column seed"), "%s", error.message);
    fixture.sources[0].folder = "/nowhere";
    cr_expect_eq(results_read(&fixture.results, fixture.sources, 1, NULL, &error), -1);
    cr_expect(strstr(error.message, "/nowhere/cells.csv is missing") && strstr(error.message, "gather"), "%s",
              error.message);
    run_fixture_forget(&fixture);
}

/* A table of 10 000 cells, 5 seeds of each training. */
static char *many_cells(void)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fputs("cell,status,settings,dataset,model,loss,strategy,batch_size,portion,optimizer_learning_rate,seed,"
          "test_recall_at_1\n",
          stream);
    for (int i = 0; i < 10000; i++)
        fprintf(stream, "c%d,ok,%04x,d,m,l,random,%d,0.%d,%d,%d,0.5\n", i, i, 32 * (1 + i / 5 % 10), 1 + i / 50 % 10,
                i / 500, i % 5);
    fclose(stream);
    return text;
}

Test(results, group_ten_thousand_cells_in_no_time)
{
    struct run_fixture fixture;
    struct groups groups;
    struct error error;
    char *table = many_cells();
    const char *tables[] = {table};
    clock_t before = clock();
    cr_assert_eq(run_fixture_read(&fixture, tables, 1, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(groups_make(&groups, &fixture.results, &error), 0, "%s", error.message);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    cr_expect_eq(fixture.results.ok.count, 10000);
    cr_expect_eq(groups.group[0].cells, 5);
    cr_expect_lt(seconds, 5, "%g seconds", seconds);
    groups_release(&groups);
    run_fixture_forget(&fixture);
    free(table);
}

/* ---- what varies ---- */

#define LOSSES                                                                                                         \
    "cell,status,settings,dataset,model,loss,loss_options,strategy,backprop,batch_size,portion,seed,"                  \
    "test_recall_at_1\n"

static const char variants[] = LOSSES "a0,ok,01,d,m,triplet,margin=0.05 soft_margin=false,full,direct,64,1,0,0.1\n"
                                      "a1,ok,02,d,m,triplet,margin=0.05 soft_margin=false,full,direct,64,1,1,0.2\n"
                                      "b0,ok,03,d,m,triplet,margin=1 soft_margin=false,full,direct,64,1,0,0.3\n"
                                      "b1,ok,04,d,m,triplet,margin=1 soft_margin=false,full,direct,64,1,1,0.4\n"
                                      "c0,ok,05,d,m,pn,file=a b.c,full,direct,64,1,0,0.5\n";

Test(variation, names_plugins_with_the_options_in_which_they_differ)
{
    struct run_fixture fixture;
    struct groups groups;
    struct error error;
    char text[VARIATION_TEXT_SIZE];
    const char *tables[] = {variants};
    cr_assert_eq(run_fixture_read(&fixture, tables, 1, NULL, &error), 0, "%s", error.message);
    int loss = axes_find(&fixture.results.axes, "loss");
    cr_expect(fixture.variation.shown[loss]);
    variation_value(&fixture.variation, fixture.results.ok.cells[2], loss, text);
    cr_expect_str_eq(text, "triplet{margin: 1}");
    variation_value(&fixture.variation, fixture.results.ok.cells[4], loss, text);
    cr_expect_str_eq(text, "pn");
    cr_assert_eq(groups_make(&groups, &fixture.results, &error), 0, "%s", error.message);
    cr_expect_eq(groups.count, 3, "variants are groups of their own");
    cr_expect_eq(groups.group[0].cells, 2);
    groups_release(&groups);
    run_fixture_forget(&fixture);
}

Test(variation, shows_what_follows_and_the_run_only_if_nothing_else_tells_cells_apart)
{
    struct run_fixture fixture;
    struct error error;
    const char *alone[] = {
        LOSSES "a,ok,01,d,m,l,,random,direct,64,0.5,0,0.1\nb,ok,02,d,m,l,,top_loss,two_pass,64,0.5,0,0.1\n"};
    const char *both[] = {LOSSES
                          "a,ok,01,d,m,l,,random,direct,64,0.5,0,0.1\nb,ok,02,d,m,l,,random,two_pass,64,0.5,0,0.1\n"
                          "c,ok,03,d,m,l,,top_loss,two_pass,64,0.5,0,0.1\n"};
    const char *runs[] = {OLD "x,ok,random,64,0.5,0,0.5,100\n", OLD "x,ok,random,64,0.5,0,0.7,100\n"};
    const char *batches[] = {OLD "x,ok,random,64,0.5,0,0.5,100\n", OLD "x,ok,random,32,0.5,0,0.7,100\n"};
    cr_assert_eq(run_fixture_read(&fixture, alone, 1, NULL, &error), 0);
    int backprop = axes_find(&fixture.results.axes, "backprop"), run = fixture.results.axes.count;
    cr_expect(fixture.variation.varies[backprop] && !fixture.variation.shown[backprop]);
    run_fixture_forget(&fixture);
    cr_assert_eq(run_fixture_read(&fixture, both, 1, NULL, &error), 0);
    cr_expect(fixture.variation.shown[backprop]);
    run_fixture_forget(&fixture);
    cr_assert_eq(run_fixture_read(&fixture, runs, 2, NULL, &error), 0);
    cr_expect(fixture.variation.shown[run]);
    run_fixture_forget(&fixture);
    cr_assert_eq(run_fixture_read(&fixture, batches, 2, NULL, &error), 0);
    cr_expect(!fixture.variation.shown[run], "the batch size tells them apart");
    run_fixture_forget(&fixture);
    const char *versions[] = {OLD "x,ok,random,64,0.5,0,0.5,100\n", variants};
    cr_assert_eq(run_fixture_read(&fixture, versions, 2, NULL, &error), 0);
    cr_expect(!fixture.variation.shown[axes_find(&fixture.results.axes, "model")], "one table does not say");
    run_fixture_forget(&fixture);
}
