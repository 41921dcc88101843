/* test_comparison.c - paired differences and their intervals, against numbers worked out elsewhere. */
#include <criterion/criterion.h>
#include <math.h>

#include "harness/reports/comparison/comparison.h"
#include "harness/reports/comparison/notes.h"
#include "tests/support/run_fixture.h"

/* A comparison of runs with these tables (count). */
struct compared {
    struct run_fixture runs;
    struct comparison comparison;
    struct error error;
};

static int compare_runs(struct compared *compared, const char *const *tables, int count, const char *factor,
                        const char *reference, const char *by)
{
    struct comparison_request request = {
        .factor = factor, .reference = reference, .metric = "test_recall_at_1", .by = by};
    compared->comparison = (struct comparison){0};
    cr_assert_eq(run_fixture_read(&compared->runs, tables, count, factor, &compared->error), 0, "%s",
                 compared->error.message);
    return comparison_make(&compared->comparison, &request, &compared->runs.variation, &compared->error);
}

static void forget(struct compared *compared)
{
    comparison_release(&compared->comparison);
    run_fixture_forget(&compared->runs);
}

/* The row of a level, and of the values that are kept apart, "random,0.5". */
static const struct comparison_row *find_row(const struct comparison *comparison, const char *names)
{
    for (int i = 0; i < comparison->row_count; i++) {
        char text[256];
        int used = snprintf(text, sizeof text, "%s", comparison->rows[i].level);
        for (int b = 0; b < comparison->by_count; b++)
            used += snprintf(text + used, sizeof text - (size_t)used, ",%s", comparison->rows[i].by[b]);
        if (strcmp(text, names) == 0) return &comparison->rows[i];
    }
    cr_assert_fail("no row %s", names);
    return NULL;
}

/* Whether such a comparison has the row with this difference and so many pairs, and no more rows. */
static void expect(const char *const *tables, int count, const char *factor, const char *reference, const char *names,
                   double difference, int pairs, int rows)
{
    struct compared compared;
    cr_assert_eq(compare_runs(&compared, tables, count, factor, reference, ""), 0, "%s", compared.error.message);
    const struct comparison_row *row = find_row(&compared.comparison, names);
    cr_expect_eq(compared.comparison.row_count, rows, "%s: %d rows", names, compared.comparison.row_count);
    cr_expect_eq(row->pairs, pairs, "%s: %d pairs", names, row->pairs);
    cr_expect_float_eq(row->difference.mean, difference, 1e-9, "%s: %g", names, row->difference.mean);
    forget(&compared);
}

/* ---- tables of an earlier version ---- */

#define OLD                                                                                                            \
    "cell,status,dataset,model,loss,sampler,strategy,batch_size,samples_per_class,portion,precision,seed,"             \
    "test_recall_at_1\n"

static const char strategies[] = OLD "a,ok,d,m,l,s,random,64,4,0.5,f32,0,0.50\n"
                                     "b,ok,d,m,l,s,random,64,4,0.5,f32,1,0.60\n"
                                     "c,ok,d,m,l,s,random,64,4,0.5,f32,2,0.40\n"
                                     "d,ok,d,m,l,s,top_loss,64,4,0.5,f32,0,0.52\n"
                                     "e,ok,d,m,l,s,top_loss,64,4,0.5,f32,1,0.61\n"
                                     "f,ok,d,m,l,s,top_loss,64,4,0.5,f32,2,0.46\n"
                                     "g,ok,d,m,l,s,top_loss,64,4,0.25,f32,2,0.99\n" /* no partner: another portion */
                                     "h,failed,d,m,l,s,first,64,4,0.5,f32,0,\n"
                                     "i,ok,d,m,l,s,first,64,4,0.5,f32,1,0.5\n"
                                     "j,ok,d,m,l,s,first,64,4,0.5,f32,1,0.5\n"; /* the same training once more */

Test(comparison, pairs_by_seed_and_all_else)
{
    struct compared compared;
    const char *tables[] = {strategies};
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "random", "none"), 0, "%s", compared.error.message);
    const struct comparison *comparison = &compared.comparison;
    cr_assert_eq(comparison->row_count, 2);
    /* differences .02 .01 .06: mean .03, deviation .0264575, interval of 3 pairs +- 4.30265 .0264575 / sqrt 3 */
    cr_expect_str_eq(comparison->rows[0].level, "top_loss");
    cr_expect_eq(comparison->rows[0].difference.count, 3);
    cr_expect_float_eq(comparison->rows[0].difference.mean, 0.03, 1e-9);
    cr_expect_float_eq(comparison->rows[0].high, 0.03 + 0.0657241, 1e-6);
    cr_expect_float_eq(comparison->rows[0].low, 0.03 - 0.0657241, 1e-6);
    cr_expect_float_eq(comparison->rows[0].reference.mean, 0.5, 1e-9);
    cr_expect_eq(comparison->rows[1].difference.count, 1);
    cr_expect(isnan(comparison->rows[1].low), "one pair has no interval");
    cr_assert_eq(comparison->unpaired.count, 1);
    cr_expect_str_eq(results_text(&compared.runs.results, comparison->unpaired.cells[0], "cell"), "g");
    forget(&compared);
}

Test(comparison, names_what_it_leaves_out)
{
    struct compared compared;
    struct notes notes = {0};
    const char *tables[] = {strategies};
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "random", ""), 0, "%s", compared.error.message);
    cr_assert_eq(notes_of_missing(&notes, &compared.runs.results), 0);
    cr_assert_eq(notes_of_comparison(&notes, &compared.comparison, &compared.runs.results), 0);
    cr_assert_eq(notes.count, 3);
    cr_expect_str_eq(notes.text[2], "test_recall_at_1: 1 of 2 rows are of one seed, which has no interval.");
    cr_expect_str_eq(notes.text[0], "1 cell failed and is left out: h.");
    cr_expect_str_eq(notes.text[1], "1 cell has no partner and is left out: g.");
    notes_release(&notes);
    forget(&compared);
}

static const char whole[] = OLD "a,ok,d,m,l,s,full,64,4,1,f32,0,0.5\n"
                                "b,ok,d,m,l,s,random,64,4,0.5,f32,0,0.4\n"
                                "c,ok,d,m,l,s,random,64,4,0.25,f32,0,0.2\n"
                                "d,ok,d,m,n,s,full,64,4,1,f32,0,0.8\n"
                                "e,ok,d,m,n,s,random,64,4,0.5,f32,0,0.4\n";

Test(comparison, keeps_the_values_of_several_columns_apart)
{
    struct compared compared;
    const char *tables[] = {whole};
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "full", "loss,portion"), 0, "%s",
                 compared.error.message);
    cr_expect_eq(compared.comparison.row_count, 3);
    cr_expect_float_eq(find_row(&compared.comparison, "random,l,0.5")->difference.mean, -0.1, 1e-9);
    cr_expect_float_eq(find_row(&compared.comparison, "random,n,0.5")->difference.mean, -0.4, 1e-9);
    forget(&compared);
    expect(tables, 1, "strategy", "full", "random,l,0.25", -0.3, 1, 3); /* what varies, without being asked */
}

Test(comparison, takes_the_whole_batch_for_every_strategy_and_portion)
{
    const char *tables[] = {whole};
    expect(tables, 1, "portion", "1", "0.25,l,random", -0.3, 1, 3);
    expect(tables, 1, "portion", "1.0", "0.5,n,random", -0.4, 1, 3);
    expect(tables, 1, "strategy", "random", "full,l,0.25", 0.3, 1, 3);
    expect(tables, 1, "portion", "0.5", "1,n,random", 0.4, 1, 3);
    expect(tables, 1, "loss", "l", "n,full,1", 0.3, 1, 2);
}

Test(comparison, suggests_names)
{
    static const struct {
        const char *factor, *reference, *metric, *by, *expected;
    } rows[] = {{"strategy", "ful", "test_recall_at_1", "", "did you mean 'full'?"},
                {"strategy", "hardest", "test_recall_at_1", "", "there are full, random"},
                {"strategy", "full", "recall", "", "did you mean test_recall_at_1?"},
                {"strategie", "full", "test_recall_at_1", "", "did you mean strategy?"},
                {"strategy", "full", "test_recall_at_1", "portion,color", "no column color"},
                {"strategy", "full", "test_map_at_r", "", "no pair of cells has numbers in column test_map_at_r"},
                {"dataset", "d", "test_recall_at_1", "", "nothing to compare"}};
    struct compared compared;
    const char *tables[] = {whole};
    cr_assert_eq(run_fixture_read(&compared.runs, tables, 1, NULL, &compared.error), 0);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct comparison_request request = {
            .factor = rows[r].factor, .reference = rows[r].reference, .metric = rows[r].metric, .by = rows[r].by};
        cr_expect_eq(comparison_make(&compared.comparison, &request, &compared.runs.variation, &compared.error), -1);
        cr_expect(strstr(compared.error.message, rows[r].expected), "%s", compared.error.message);
    }
    forget(&compared);
}

/* ---- tables with identities ---- */

#define NEW                                                                                                            \
    "cell,status,settings,loss,loss_options,strategy,strategy_options,batch_size,portion,backprop,epochs,"             \
    "optimizer_learning_rate,seed,host,test_recall_at_1\n"

static const char one_epoch[] = NEW "a,ok,01,l,,random,,64,0.5,direct,1,0.1,0,h,0.4\n"
                                    "b,ok,02,l,,full,,64,1,direct,1,0.1,0,h,0.5\n";
static const char two_epochs[] = NEW "a,ok,11,l,,random,,64,0.5,direct,2,0.1,0,h,0.6\n"
                                     "b,ok,12,l,,full,,64,1,direct,2,0.1,0,h,0.8\n"
                                     "c,ok,13,l,,random,,64,0.5,direct,2,0.3,0,h,0.9\n"; /* another rate */

Test(comparison, pairs_only_what_is_the_same_training_but_for_the_factor_whatever_the_order_of_runs)
{
    const char *forward[] = {one_epoch, two_epochs}, *backward[] = {two_epochs, one_epoch};
    for (int i = 0; i < 2; i++) {
        const char *const *tables = i ? backward : forward;
        struct compared compared;
        cr_assert_eq(compare_runs(&compared, tables, 2, "strategy", "full", "portion"), 0);
        const struct comparison_row *row = find_row(&compared.comparison, "random,0.5");
        cr_expect_eq(row->pairs, 2);
        cr_expect_float_eq(row->difference.mean, -0.15, 1e-9);
        cr_expect_eq(compared.comparison.unpaired.count, 1, "c has another learning rate");
        forget(&compared);
        expect(tables, 2, "strategy", "full", "random,0.5,1,0.1", -0.1, 1, 2);
        expect(tables, 2, "epochs", "1", "2,random,0.5,0.1", 0.2, 1, 2);
        expect(tables, 2, "epochs", "2", "1,full,1,0.1", -0.3, 1, 2);
        expect(tables, 2, "optimizer_learning_rate", "0.1", "0.3,random,0.5,2", 0.3, 1, 1);
    }
}

static const char variants[] = NEW "a,ok,01,l,,random,,64,0.5,direct,1,0.1,0,h,0.4\n"
                                   "b,ok,02,l,,selective,beta=0.5 x=1,64,0.5,two_pass,1,0.1,0,h,0.5\n"
                                   "c,ok,03,l,,selective,beta=4 x=1,64,0.5,two_pass,1,0.1,0,h,0.7\n";

Test(comparison, keeps_variants_of_one_plugin_apart)
{
    const char *tables[] = {variants};
    struct compared compared;
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "random", ""), 0, "%s", compared.error.message);
    cr_assert_eq(compared.comparison.row_count, 2);
    cr_expect_eq(compared.comparison.by_count, 0, "how they were back-propagated follows from the strategy");
    cr_expect_float_eq(find_row(&compared.comparison, "selective{beta: 0.5}")->difference.mean, 0.1, 1e-9);
    cr_expect_float_eq(find_row(&compared.comparison, "selective{beta: 4}")->difference.mean, 0.3, 1e-9);
    forget(&compared);
    expect(tables, 1, "strategy", "selective{beta: 4}", "random", -0.3, 1, 2);
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "selective", ""), -1);
    cr_expect(strstr(compared.error.message, "selective{beta: 0.5}, selective{beta: 4}"), "%s", compared.error.message);
    forget(&compared);
}

/* Options that came later are not said where they are at their default. */
static const char later_variants[] = NEW "a,ok,01,l,,random,,64,0.5,direct,1,0.1,0,h,0.4\n"
                                         "b,ok,02,l,,diverse,,64,0.5,two_pass,1,0.1,0,h,0.5\n"
                                         "c,ok,03,l,,diverse,pick=drawn,64,0.5,two_pass,1,0.1,0,h,0.7\n"
                                         "d,ok,04,l,,selective,beta=1 auto=true,64,0.5,two_pass,1,0.1,0,h,0.5\n"
                                         "e,ok,05,l,,selective,beta=1 last=8,64,0.5,two_pass,1,0.1,0,h,0.8\n";

Test(comparison, keeps_variants_apart_that_only_one_of_them_says)
{
    const char *tables[] = {later_variants};
    struct compared compared;
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "random", ""), 0, "%s", compared.error.message);
    cr_assert_eq(compared.comparison.row_count, 4);
    cr_expect_float_eq(find_row(&compared.comparison, "diverse")->difference.mean, 0.1, 1e-9);
    cr_expect_float_eq(find_row(&compared.comparison, "diverse{pick: drawn}")->difference.mean, 0.3, 1e-9);
    cr_expect_float_eq(find_row(&compared.comparison, "selective{auto: true}")->difference.mean, 0.1, 1e-9);
    cr_expect_float_eq(find_row(&compared.comparison, "selective{last: 8}")->difference.mean, 0.4, 1e-9);
    forget(&compared);
    expect(tables, 1, "strategy", "diverse", "diverse{pick: drawn}", 0.2, 1, 4);
}

static const char both_ways[] = NEW "a,ok,01,l,,random,,64,0.5,direct,1,0.1,0,h,0.4\n"
                                    "b,ok,02,l,,random,,64,0.5,two_pass,1,0.1,0,h,0.41\n"
                                    "c,ok,03,l,,full,,64,1,two_pass,1,0.1,0,h,0.61\n"
                                    "d,ok,04,l,,full,,64,1,direct,1,0.1,0,h,0.7\n"
                                    "e,ok,05,l,,top_loss,,64,0.5,two_pass,1,0.1,0,h,0.5\n";

Test(comparison, prefers_a_partner_that_agrees_in_what_follows_from_the_factor)
{
    const char *tables[] = {both_ways};
    expect(tables, 1, "strategy", "full", "random,0.5,direct", -0.3, 1, 3);
    expect(tables, 1, "strategy", "full", "random,0.5,two_pass", -0.2, 1, 3);
    expect(tables, 1, "strategy", "full", "top_loss,0.5,two_pass", -0.11, 1, 3);
    expect(tables, 1, "backprop", "direct", "two_pass,random,0.5", 0.01, 1, 2);
    expect(tables, 1, "strategy", "random", "full,0.5,direct", 0.3, 1, 3);
}

Test(comparison, takes_the_run_and_the_place_for_factors)
{
    const char other[] = NEW "a,ok,01,l,,random,,64,0.5,direct,1,0.1,0,k,0.5\n"
                             "b,ok,02,l,,full,,64,1,direct,1,0.1,0,k,0.7\n";
    const char *tables[] = {one_epoch, other};
    expect(tables, 2, "run", "a", "b,random,0.5", 0.1, 1, 2);
    expect(tables, 2, "run", "b", "a,full,1", -0.2, 1, 2);
    expect(tables, 2, "host", "h", "k,full,1", 0.2, 1, 2);
}

Test(comparison, counts_pairs_of_two_hosts)
{
    const char mixed[] = NEW "a,ok,01,l,,random,,64,0.5,direct,1,0.1,0,h,0.4\n"
                             "b,ok,02,l,,full,,64,1,direct,1,0.1,0,k,0.5\n"
                             "c,ok,03,l,,random,,64,0.5,direct,1,0.1,1,k,0.4\n"
                             "d,ok,04,l,,full,,64,1,direct,1,0.1,1,k,0.5\n";
    const char *tables[] = {mixed};
    struct compared compared;
    struct notes notes = {0};
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "full", ""), 0, "%s", compared.error.message);
    cr_expect_eq(compared.comparison.mixed, 1);
    cr_assert_eq(notes_of_comparison(&notes, &compared.comparison, &compared.runs.results), 0);
    cr_expect(notes.count == 2 && strstr(notes.text[0], "1 of 2 pairs"), "%s", notes.count ? notes.text[0] : "none");
    notes_release(&notes);
    cr_assert_eq(notes_of_places(&notes, &compared.runs.results), 0);
    cr_expect(notes.count == 1 && strstr(notes.text[0], "several hosts: h (1 cell), k (3 cells)"), "%s",
              notes.count ? notes.text[0] : "none");
    notes_release(&notes);
    forget(&compared);
}

Test(comparison, takes_pairs_of_one_seed_for_one)
{
    /* Seed 0: differences -.1 and -.3, seed 1: -.2 and -.5; of their means -.2 and -.35 the deviation is .1060660. */
    const char sizes[] =
        NEW "a,ok,01,l,,random,,32,0.5,direct,1,0.1,0,h,0.4\nb,ok,02,l,,full,,32,1,direct,1,0.1,0,h,0.5\n"
            "c,ok,03,l,,random,,64,0.5,direct,1,0.1,0,h,0.3\nd,ok,04,l,,full,,64,1,direct,1,0.1,0,h,0.6\n"
            "e,ok,05,l,,random,,32,0.5,direct,1,0.1,1,h,0.4\nf,ok,06,l,,full,,32,1,direct,1,0.1,1,h,0.6\n"
            "g,ok,07,l,,random,,64,0.5,direct,1,0.1,1,h,0.1\nh,ok,08,l,,full,,64,1,direct,1,0.1,1,h,0.6\n";
    const char *tables[] = {sizes};
    struct compared compared;
    cr_assert_eq(compare_runs(&compared, tables, 1, "strategy", "full", "portion"), 0, "%s", compared.error.message);
    const struct comparison_row *row = find_row(&compared.comparison, "random,0.5");
    cr_expect_eq(row->pairs, 4);
    cr_expect_eq(row->difference.count, 2);
    cr_expect_float_eq(row->difference.mean, -0.275, 1e-9);
    cr_expect_float_eq(row->high - row->low, 2 * 12.7062047362 * 0.1060660172 / sqrt(2), 1e-6);
    forget(&compared);
    expect(tables, 1, "strategy", "full", "random,64,0.5", -0.4, 2, 2); /* a row for each batch size, unasked */
}

/* ---- budgets ---- */

#define BUDGETS                                                                                                        \
    "cell,status,settings,strategy,strategy_options,batch_size,portion,backprop,equal,equal_to_portion,"               \
    "equal_to_batch_size,equal_to_backprop,steps,validation_fold,seed,test_recall_at_1\n"
#define WHOLE "a,ok,01,full,,16,1,direct,epochs,1,0,direct,0,0,0,0.5\n"
#define UPDATES "b,ok,02,full,,4,1,direct,updates,1,16,direct,20,0,0,0.4\n" /* as many as a */
#define SMALLER "c,ok,03,full,,4,1,direct,epochs,1,0,direct,0,0,0,0.3\n"
#define COMPUTE "d,ok,04,random,,16,0.25,direct,compute,1,0,direct,40,0,0,0.45\n" /* as much as a */
#define PORTION "e,ok,05,random,,16,0.25,direct,epochs,1,0,direct,0,0,0,0.35\n"
#define SHORTER "f,ok,06,full,,16,1,direct,compute,0.25,0,direct,5,0,0,0.2\n" /* as much as e */

Test(comparison, pairs_a_batch_with_the_one_whose_budget_it_has)
{
    const char *tables[] = {BUDGETS WHOLE UPDATES SMALLER COMPUTE PORTION};
    expect(tables, 1, "batch_size", "16", "4,full,1,updates", -0.1, 1, 2);
    expect(tables, 1, "batch_size", "16", "4,full,1,epochs", -0.2, 1, 2);
    expect(tables, 1, "batch_size", "4", "16,full,1,epochs", 0.2, 1, 1);
    expect(tables, 1, "portion", "1", "0.25,random,16,compute", -0.05, 1, 2);
    expect(tables, 1, "portion", "1", "0.25,random,16,epochs", -0.15, 1, 2);
}

Test(comparison, names_whose_budget_a_cell_has_where_that_differs)
{
    const char *tables[] = {BUDGETS WHOLE COMPUTE PORTION SHORTER};
    struct compared compared;
    cr_assert_eq(compare_runs(&compared, tables, 1, "group", "random, p = 0.25, equal epochs, budget of p 1", ""), 0,
                 "%s", compared.error.message);
    find_row(&compared.comparison, "full, p = 1, equal compute, budget of p 0.25");
    find_row(&compared.comparison, "random, p = 0.25, equal compute, budget of p 1");
    forget(&compared);
}

Test(comparison, pairs_no_cells_of_different_budgets)
{
    const char *tables[] = {BUDGETS COMPUTE PORTION SHORTER}, *factors[][2] = {{"portion", "1"}, {"strategy", "full"}};
    for (int f = 0; f < 2; f++) {
        struct compared compared;
        cr_assert_eq(compare_runs(&compared, tables, 1, factors[f][0], factors[f][1], ""), -1);
        cr_expect(strstr(compared.error.message, "no cell has a partner"), "%s", compared.error.message);
        forget(&compared);
    }
}

Test(comparison, takes_folds_of_different_sizes_for_one_training)
{
    static const char other_fold[] = "g,ok,07,full,,16,1,direct,epochs,1,0,direct,0,1,0,0.6\n"
                                     "h,ok,08,random,,16,0.25,direct,compute,1,0,direct,41,1,0,0.5\n";
    static const char again[] = "i,ok,09,random,,16,0.25,direct,compute,1,0,direct,41,0,0,0.4\n";
    char folds[2048], twice[2048];
    snprintf(folds, sizeof folds, BUDGETS WHOLE COMPUTE "%s", other_fold);
    snprintf(twice, sizeof twice, BUDGETS WHOLE COMPUTE "%s", again);
    const char *tables[] = {folds}, *measured_twice[] = {twice};
    expect(tables, 1, "portion", "1", "0.25,random,compute", -0.075, 2, 1);
    struct compared compared;
    struct notes notes = {0};
    cr_assert_eq(compare_runs(&compared, tables, 1, "portion", "1", ""), 0, "%s", compared.error.message);
    cr_assert_eq(notes_of_results(&notes, &compared.runs.results), 0);
    cr_expect(notes.count > 0 && strstr(notes.text[0], "1 seed in 2 folds"), "%s",
              notes.count ? notes.text[0] : "none");
    notes_release(&notes);
    forget(&compared);
    expect(measured_twice, 1, "portion", "1", "0.25,random,compute,40", -0.05, 1, 2);
}

/* ---- whole settings ---- */

Test(comparison, compares_whole_settings_by_their_seeds_within_a_data_set)
{
    static const char groups[] = OLD "a,ok,d,m,l,s,full,64,4,1,f32,0,0.5\n"
                                     "b,ok,d,m,l,s,full,64,4,1,f32,1,0.6\n"
                                     "c,ok,d,m,l,s,random,32,4,0.5,f32,0,0.4\n"
                                     "d,ok,d,m,l,s,random,32,4,0.5,f32,1,0.3\n"
                                     "e,ok,d,m,l,s,random,32,4,0.5,f32,2,0.9\n" /* no seed in common */
                                     "f,ok,e,m,l,s,full,64,4,1,f32,0,0.9\n";
    struct compared compared;
    const char *tables[] = {groups};
    cr_assert_eq(compare_runs(&compared, tables, 1, "group", "full, p = 1, d, batch size 64", ""), 0, "%s",
                 compared.error.message);
    cr_assert_eq(compared.comparison.row_count, 1, "figures of another data set were compared");
    cr_expect_str_eq(compared.comparison.rows[0].level, "random, p = 0.5, d, batch size 32");
    cr_expect_eq(compared.comparison.rows[0].pairs, 2);
    cr_expect_float_eq(compared.comparison.rows[0].difference.mean, -0.2, 1e-9);
    forget(&compared);
}
