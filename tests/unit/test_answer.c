/* test_answer.c - what a report says first, of tables written by hand: what a portion costs, which strategies can be
 * told from random, and what the figures are of. What is best for a budget: test_answer_budgets.c. */
#include <jansson.h>

#include "harness/reports/answer/answer_json.h"
#include "tests/support/answer_fixture.h"

/* ---- what a portion costs ---- */

Test(answer, tells_a_declared_difference_from_one_that_is_not_shown)
{
    struct answered answered;
    answer_one(&answered, HEAD WHOLE RANDOM FIRST, AGAINST_WHOLE);
    /* differences -0.10 -0.098 -0.102: mean -0.1, interval of three +- 4.30265 0.002 / sqrt 3 = 0.004968 */
    expect(&answered, ANSWER_COST,
           "At equal epochs, recall@1 differs from that of p = 1 by -10.00 to +0.00 points, worse in 1 of 2 settings, "
           "not shown in 1 at p = 0.25. Declared before the run; 3 seeds.");
    expect(&answered, ANSWER_COST, "MAP@R differs from that of p = 1 by ");
    forget(&answered);
    answer_one(&answered, HEAD WHOLE RANDOM, AGAINST_WHOLE);
    expect(&answered, ANSWER_COST, "by -10.00 points (95 % interval -10.50 to -9.50), worse at p = 0.25. Declared");
    expect(&answered, ANSWER_COST, "At equal compute and at equal time nothing is known");
    forget(&answered);
}

Test(answer, shows_nothing_that_was_not_declared)
{
    struct answered answered;
    answer_one(&answered, HEAD WHOLE RANDOM, NULL);
    expect(&answered, ANSWER_COST,
           "by -10.00 points (95 % interval -10.50 to -9.50) at p = 0.25. Exploratory, as not declared before the run: "
           "nothing is shown; 3 seeds.");
    cr_expect_not(says(&answered, ANSWER_COST, "worse"));
    forget(&answered);
}

Test(answer, tells_what_is_equal_apart)
{
    struct answered answered;
    static const char equal[] =
        HEAD WHOLE RANDOM CELL("e0", "d", "l", "random", "64", "0.25", "compute", "0", "0.79", "0.4", "", "100", "90")
            CELL("e1", "d", "l", "random", "64", "0.25", "compute", "1", "0.80", "0.4", "", "100", "90")
                CELL("e2", "d", "l", "random", "64", "0.25", "compute", "2", "0.81", "0.4", "", "100", "90");
    answer_one(&answered, equal, NULL);
    expect(&answered, ANSWER_COST, "At equal epochs, recall@1 differs");
    expect(&answered, ANSWER_COST, "At equal compute, recall@1 differs from that of p = 1 by");
    expect(&answered, ANSWER_COST, "At equal time nothing is known");
    cr_expect_not(says(&answered, ANSWER_COST, "all budgets"));
    forget(&answered);
}

Test(answer, tells_whole_batches_of_other_sizes)
{
    struct answered answered;
    static const char small[] = CELL("k0", "d", "l", "full", "16", "1", "epochs", "0", "0.85", "0.4", "", "100", "90")
        CELL("k1", "d", "l", "full", "16", "1", "epochs", "1", "0.861", "0.4", "", "100", "90")
            CELL("k2", "d", "l", "full", "16", "1", "epochs", "2", "0.872", "0.4", "", "100", "90")
                CELL("k3", "d", "l", "random", "16", "0.25", "epochs", "0", "0.1", "0.4", "", "30", "90");
    char *table = NULL;
    cr_assert(asprintf(&table, "%s%s", HEAD WHOLE RANDOM, small) > 0);
    answer_one(&answered, table, DECLARED "b,test_recall_at_1,batch_size,64,,before\n");
    /* differences 0.05 0.051 0.052, interval of three +- 4.30265 0.001 / sqrt 3 = 0.00248 */
    expect(&answered, ANSWER_WHOLE,
           "At equal epochs, recall@1 of whole batches differs from that of batch size 64 by +5.10 points (95 % "
           "interval +4.85 to +5.35), better at batch size 16. Declared before the run; 3 seeds.");
    forget(&answered);
    answer_one(&answered, HEAD WHOLE RANDOM, NULL);
    cr_expect_not(says(&answered, ANSWER_WHOLE, "whole"), "there is one size");
    forget(&answered);
    free(table);
}

Test(answer, says_what_a_portion_saves)
{
    struct answered answered;
    answer_one(&answered, HEAD WHOLE RANDOM FIRST, NULL);
    expect(&answered, ANSWER_SAVING, "Beside p = 1, planned memory is 0.25 times at p = 0.25.");
    expect(&answered, ANSWER_SAVING, "The time of a step is 0.50 times at p = 0.25. Exploratory");
    forget(&answered);
}

Test(answer, says_that_there_is_no_whole_batch)
{
    struct answered answered;
    answer_one(&answered, HEAD RANDOM FIRST, NULL);
    expect(&answered, ANSWER_COST, "What a portion costs is not known: no cell has strategy 'full'");
    expect(&answered, ANSWER_BUDGETS, "of the largest setting's)");
    cr_expect_not(find_budget(&answered, "peak_tensor_bytes", 0)->has_whole);
    forget(&answered);
}

Test(answer, has_no_interval_of_one_seed)
{
    struct answered answered;
    answer_one(&answered,
               HEAD ROW("a0", "full", "1", "0", "0.80", "0.40", "400", "100")
                   ROW("b0", "random", "0.25", "0", "0.70", "0.30", "100", "50")
                       ROW("c0", "first", "0.25", "0", "0.79", "0.39", "101", "50"),
               AGAINST_WHOLE);
    expect(&answered, ANSWER_COST,
           "by -10.00 to -1.00 points, not shown in any of 2 settings at p = 0.25. Declared before the run; 1 seed.");
    expect(&answered, ANSWER_STRATEGIES,
           "no strategy differs from random with an interval without 0. One around 0, or none: first.");
    expect(&answered, ANSWER_BUDGETS,
           "full, p = 1 (MAP@R 40.00 %, recall@1 80.00 %, 1 seed), which cannot be told from any other");
    forget(&answered);
}

Test(answer, counts_the_settings_of_several_losses_and_batches)
{
    struct answered answered;
    static const char several[] =
        HEAD WHOLE RANDOM CELL("f0", "d", "n", "full", "64", "1", "epochs", "0", "0.6", "0.2", "", "400", "100")
            CELL("f1", "d", "n", "full", "64", "1", "epochs", "1", "0.61", "0.2", "", "400", "100")
                CELL("g0", "d", "n", "random", "64", "0.25", "epochs", "0", "0.65", "0.2", "", "100", "50")
                    CELL("g1", "d", "n", "random", "64", "0.25", "epochs", "1", "0.67", "0.2", "", "100", "50")
                        CELL("h0", "d", "l", "full", "32", "1", "epochs", "0", "0.6", "0.2", "", "200", "60")
                            CELL("h1", "d", "l", "random", "32", "0.5", "epochs", "0", "0.5", "0.2", "", "120", "40");
    answer_one(&answered, several, NULL);
    expect(&answered, ANSWER_COST,
           "by -10.00 to +5.50 points in 2 settings (95 % intervals: 1 below 0, 1 around 0) at p = 0.25; "
           "by -10.00 points (1 seed, no interval) at p = 0.5. Exploratory");
    expect_name(&answered, find_budget(&answered, "peak_tensor_bytes", 0)->best, "random, p = 0.25, l, batch size 64");
    forget(&answered);
}

Test(answer, brings_two_runs_together)
{
    struct answered answered;
    struct asked asked = {.tables = {HEAD WHOLE, HEAD RANDOM}, .count = 2};
    answer(&answered, &asked);
    expect(&answered, ANSWER_COST, "by -10.00 points (95 % interval -10.50 to -9.50) at p = 0.25");
    forget(&answered);
}

/* ---- strategies ---- */

Test(answer, tells_strategies_from_random_only_if_it_is_shown)
{
    struct answered answered;
    static const char rivals[] = DECLARED "f,test_recall_at_1,strategy,random,,before\n";
    static const char alike[] = ROW("i0", "top_loss", "0.25", "0", "0.71", "0.30", "100", "50")
        ROW("i1", "top_loss", "0.25", "1", "0.70", "0.31", "100", "56");
    char *table = NULL;
    cr_assert(asprintf(&table, "%s%s", HEAD RANDOM FIRST, alike) > 0);
    answer_one(&answered, table, rivals);
    expect(&answered, ANSWER_STRATEGIES, "In recall@1, told from random: first +10.00 points (95 % interval ");
    expect(&answered, ANSWER_STRATEGIES, ", better. Not told from it: top_loss (could have shown ");
    forget(&answered);
    answer_one(&answered, table, NULL);
    expect(&answered, ANSWER_STRATEGIES, "an interval without 0 against random: first");
    cr_expect_not(says(&answered, ANSWER_STRATEGIES, "told from random"));
    forget(&answered);
    free(table);
}

Test(answer, knows_of_no_strategy_but_random)
{
    struct answered answered;
    answer_one(&answered, HEAD WHOLE RANDOM, NULL);
    expect(&answered, ANSWER_STRATEGIES, "Whether a strategy can be told from random is not known: no other was run.");
    forget(&answered);
}

/* ---- what the figures are of ---- */

#define PACKS                                                                                                          \
    "pack,dataset,checksum,split,train_classes,train_images,test_classes,test_images,gallery_classes,gallery_images,"  \
    "official_train_classes,official_train_images,official_test_classes,official_test_images,"                         \
    "official_gallery_classes,official_gallery_images\n"

static void expect_data(const char *packs, const char *words)
{
    struct answered answered;
    struct asked asked = {.tables = {HEAD WHOLE}, .packs = packs, .count = 1};
    answer(&answered, &asked);
    expect(&answered, ANSWER_DATA, words);
    forget(&answered);
}

Test(answer, says_whether_the_data_are_the_official_sets)
{
    expect_data(PACKS "d,cub,00,official,100,5864,100,5924,0,0,100,5864,100,5924,0,0\n",
                "d holds the official sets (100 train classes with 5864 images, 100 test classes with 5924 images).");
    expect_data(PACKS "d,cub,00,official,85,4982,42,2474,0,0,100,5864,100,5924,0,0\n",
                "d is not the official sets (85 of 100 train classes with 4982 of 5864 images, 42 of 100 test classes "
                "with 2474 of 5924 images): figures are not comparable with published ones.");
    expect_data(PACKS "d,cub,00,own,100,5864,100,5924,0,0,100,5864,100,5924,0,0\n",
                "in a split of its own): figures are not comparable");
    expect_data(PACKS "d,procedural,00,official,10,30,10,30,0,0,0,0,0,0,0,0\n",
                "d (10 train classes with 30 images, 10 test classes with 30 images) is no published data set");
    expect_data(NULL, "Whether d holds the official sets is not known: the run, of an earlier version, does not say.");
}

Test(answer, names_the_run_whose_data_are_not_known)
{
    struct answered answered;
    struct asked asked = {.tables = {HEAD WHOLE, HEAD RANDOM}, .count = 2};
    answer(&answered, &asked);
    expect(&answered, ANSWER_DATA, "Whether d holds the official sets is not known: the run a, of an earlier");
    expect(&answered, ANSWER_DATA, "Whether d holds the official sets is not known: the run b, of an earlier");
    forget(&answered);
}

Test(answer, refuses_counts_that_are_no_numbers)
{
    struct packs packs;
    struct error error;
    char *parent = fixture_folder(),
         *folder = run_fixture_put(parent, "a", "packs.csv", PACKS "d,cub,0,official,x,1,1,1,0,0,1,1,1,1,0,0\n");
    cr_assert_eq(packs_read(&packs, folder, &error), -1);
    cr_expect(strstr(error.message, "packs.csv: row 1: train_classes is 'x'"), "%s", error.message);
    free(folder);
    fixture_remove(parent);
}

Test(answer, says_how_much_is_missing)
{
    struct answered answered;
    struct asked asked = {.tables = {HEAD WHOLE RANDOM "z,failed,z,d,m,l,random,64,0.25,epochs,direct,9,,,,,,,\n"},
                          .count = 1,
                          .expected = 14};
    answer(&answered, &asked);
    expect(&answered, ANSWER_DATA,
           "Preliminary: 7 cells are pending, 1 failed; what follows is of the 6 that ended well.");
    forget(&answered);
}

/* ---- as a file ---- */

/* Whole batch, random and first at 300 losses: a table of 900 settings. The caller frees. */
static char *many_settings(void)
{
    static const char *const strategies[] = {"full", "random", "first"};
    char *table = NULL;
    size_t size;
    FILE *out = open_memstream(&table, &size);
    fputs(HEAD, out);
    for (int i = 0; i < 900; i++)
        fprintf(out, "c%d,ok,c%d,d,m,l%d,%s,64,%s,epochs,direct,0,0.%03d,0.%03d,,%d,%d000000,400500000,%d\n", i, i,
                i / 3, strategies[i % 3], i % 3 ? "0.25" : "1", i % 999, i % 999, i, 100 + i, i);
    fclose(out);
    return table;
}

static json_t *read_answer(const struct answered *answered)
{
    struct error error;
    cr_assert_eq(
        answer_write_json(&answered->answer, &answered->groups, &answered->variation, answered->parent, &error), 0,
        "%s", error.message);
    char *path = file_join(answered->parent, "answer.json");
    json_t *root = json_load_file(path, 0, NULL);
    cr_assert_not_null(root);
    free(path);
    return root;
}

static int number_in(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}

Test(answer, is_a_file_of_bounded_size_that_counts_what_it_leaves_out)
{
    struct answered answered;
    char *table = many_settings();
    size_t p, rows = 0;
    json_t *part, *budget;
    int all = 0, counted = 0;
    answer_one(&answered, table, NULL);
    json_t *root = read_answer(&answered);
    for (int i = 0; i < answered.answer.part_count; i++)
        for (int a = 0; a < ANSWER_PART_ROWS; a++) all += answered.answer.parts[i].rows[a].count;
    json_array_foreach(json_object_get(root, "answer"), p, part)
    {
        rows += json_array_size(json_object_get(part, "rows"));
        counted += (int)json_array_size(json_object_get(part, "rows")) + number_in(part, "rows_left_out");
    }
    cr_expect_gt(all, 2000);
    cr_expect_eq(counted, all);
    cr_expect_leq(rows, 1500);
    cr_expect_eq(number_in(root, "budgets_left_out"), 0);
    json_array_foreach(json_object_get(root, "budgets"), p, budget)
    {
        int named = (int)json_array_size(json_object_get(budget, "not_told_apart"));
        cr_expect_leq(named, 25);
        cr_expect_eq(named + number_in(budget, "not_told_apart_left_out"), number_in(budget, "fitting") - 1,
                     "one seed tells nothing apart");
    }
    json_decref(root);
    forget(&answered);
    free(table);
}

Test(answer, says_that_nothing_is_known)
{
    struct answered answered;
    answer_one(&answered, HEAD "z,failed,z,d,m,l,random,64,0.25,epochs,direct,9,,,,,,,\n", NULL);
    cr_expect_eq(answered.answer.part_count, 1);
    expect(&answered, ANSWER_DATA, "No cell has ended well, so nothing is known yet.");
    forget(&answered);
}
