/* test_families.c - what runs declare and what comes of it: families, their correction, intervals for other classes,
 * comparisons at equal recall, and the sentences that may be said. */
#include <criterion/criterion.h>
#include <math.h>

#include "harness/reports/comparison/comparison_table.h"
#include "harness/reports/comparison/families.h"
#include "harness/reports/comparison/notes.h"
#include "harness/reports/comparison/sentence.h"
#include "harness/reports/comparison/verdict.h"
#include "tests/support/run_fixture.h"

#define HEAD                                                                                                           \
    "cell,status,settings,loss,loss_options,strategy,strategy_options,batch_size,portion,backprop,epochs,seed,"        \
    "test_recall_at_1,test_map_at_r,step_milliseconds,peak_tensor_bytes,wave\n"
#define ROW(cell, hash, strategy, portion, seed, recall, map, step, bytes)                                             \
    cell ",ok," hash ",l,," strategy ",,64," portion ",direct,2," seed "," recall "," map "," step "," bytes ",\n"

/* random is clearly worse in recall, first is not told apart; times a half, memory a quarter. */
static const char table[] = HEAD ROW("a0", "a0", "full", "1", "0", "0.80", "0.40", "100", "400")
    ROW("a1", "a1", "full", "1", "1", "0.81", "0.41", "110", "400")
        ROW("a2", "a2", "full", "1", "2", "0.82", "0.40", "105", "400")
            ROW("b0", "b0", "random", "0.25", "0", "0.70", "0.39", "50", "100")
                ROW("b1", "b1", "random", "0.25", "1", "0.712", "0.42", "56", "100")
                    ROW("b2", "b2", "random", "0.25", "2", "0.718", "0.40", "52", "100")
                        ROW("c0", "c0", "first", "0.25", "0", "0.79", "0.41", "50", "100")
                            ROW("c1", "c1", "first", "0.25", "1", "0.83", "0.40", "55", "100")
                                ROW("c2", "c2", "first", "0.25", "2", "0.81", "0.39", "53", "100");

#define DECLARED "family,metric,factor,reference,by,declared\n"

/* Runs, what is known of their classes, and what they declare. */
struct declared {
    struct run_fixture runs;
    struct classes classes;
    struct families families;
    struct error error;
};

static void read_declared(struct declared *declared, const char *const *tables, int count, const char *contrasts,
                          const char *classes)
{
    cr_assert_eq(run_fixture_read(&declared->runs, tables, count, NULL, &declared->error), 0, "%s",
                 declared->error.message);
    for (int r = 0; r < count; r++) {
        const char name[] = {(char)('a' + r), '\0'};
        if (contrasts) free(run_fixture_put(declared->runs.parent, name, "contrasts.csv", contrasts));
        if (classes) free(run_fixture_put(declared->runs.parent, name, "classes.csv", classes));
    }
    cr_assert_eq(classes_read(&declared->classes, &declared->runs.results, &declared->error), 0, "%s",
                 declared->error.message);
    cr_assert_eq(families_make(&declared->families, &declared->runs.variation, &declared->classes, &declared->error), 0,
                 "%s", declared->error.message);
}

static void forget(struct declared *declared)
{
    families_release(&declared->families);
    classes_release(&declared->classes);
    run_fixture_forget(&declared->runs);
}

static const struct comparison_row *find_level(const struct comparison *comparison, const char *level)
{
    for (int r = 0; r < comparison->row_count; r++)
        if (strcmp(comparison->rows[r].level, level) == 0) return &comparison->rows[r];
    cr_assert_fail("no level %s", level);
    return NULL;
}

static void expect_sentence(const struct declared *declared, const struct comparison *comparison, const char *level,
                            const char *expected)
{
    char *sentence = sentence_make(comparison, find_level(comparison, level), &declared->runs.results.axes);
    cr_expect_str_eq(sentence, expected);
    free(sentence);
}

static const char both[] = DECLARED "main,test_recall_at_1,strategy,full,,before\n"
                                    "main,test_map_at_r,strategy,full,,before\n"
                                    "late,step_milliseconds,strategy,full,,after\n"
                                    "main,peak_tensor_bytes,strategy,full,,before\n"
                                    "main,test_map_at_r,strategy,hardest,,before\n";

Test(families, are_corrected_over_all_that_was_declared)
{
    const char *tables[] = {table};
    struct declared declared;
    read_declared(&declared, tables, 1, both, NULL);
    cr_assert_eq(declared.families.count, 4);
    const struct comparison *recall = &declared.families.comparisons[0], *late = &declared.families.comparisons[2];
    /* Two levels in two metrics; what is planned is no hypothesis, and what came late is in no family. */
    cr_expect_eq(recall->family_size, 4);
    const struct comparison_row *row = find_level(recall, "random");
    cr_expect_float_eq(row->adjusted_p, 4 * row->p, 1e-12, "the smallest p of four");
    cr_expect_eq(verdict_of(recall, row), VERDICT_WORSE);
    cr_expect_eq(verdict_of(recall, find_level(recall, "first")), VERDICT_NOT_SHOWN);
    cr_expect(!late->family && late->is_late);
    cr_expect_eq(verdict_of(late, find_level(late, "random")), VERDICT_EXPLORATORY);
    cr_expect_eq(verdict_of(&declared.families.comparisons[3], &declared.families.comparisons[3].rows[0]),
                 VERDICT_PLANNED);
    struct notes notes = {0};
    cr_assert_eq(notes_of_families(&notes, &declared.families), 0);
    cr_assert_eq(notes.count, 2);
    cr_expect(strstr(notes.text[0], "strategy against hardest, is declared but cannot be made"), "%s", notes.text[0]);
    cr_expect_str_eq(notes.text[1], "1 contrast was declared after the run began and therefore exploratory.");
    notes_release(&notes);
    forget(&declared);
}

Test(families, are_found_by_what_is_compared_whatever_is_shown)
{
    const char *tables[] = {table};
    struct declared declared;
    struct comparison asked;
    read_declared(&declared, tables, 1, DECLARED "main,test_recall_at_1,strategy,full,,before\n", NULL);
    struct comparison_request request = {
        .factor = "strategy", .reference = "full", .metric = "test_recall_at_1", .by = "portion"};
    cr_assert_eq(comparison_make(&asked, &request, &declared.runs.variation, &declared.error), 0);
    cr_expect(isnan(asked.rows[0].adjusted_p) && !asked.family);
    cr_expect_eq(families_find(&declared.families, &asked), &declared.families.comparisons[0]);
    comparison_release(&asked);
    request.by = "none";
    cr_assert_eq(comparison_make(&asked, &request, &declared.runs.variation, &declared.error), 0);
    cr_expect_null(families_find(&declared.families, &asked), "other rows were declared");
    comparison_release(&asked);
    forget(&declared);
}

Test(families, are_none_if_runs_declare_different_ones)
{
    const char *tables[] = {table, HEAD};
    struct declared declared;
    read_declared(&declared, tables, 1, both, NULL);
    forget(&declared);
    cr_assert_eq(run_fixture_read(&declared.runs, tables, 2, NULL, &declared.error), 0);
    free(run_fixture_put(declared.runs.parent, "a", "contrasts.csv", both));
    declared.classes = (struct classes){0};
    cr_assert_eq(families_make(&declared.families, &declared.runs.variation, NULL, &declared.error), 0);
    cr_expect(declared.families.differ && declared.families.count == 0);
    families_release(&declared.families);
    free(run_fixture_put(declared.runs.parent, "a", "contrasts.csv", "family,metric\nmain,x\n"));
    cr_expect_eq(families_make(&declared.families, &declared.runs.variation, NULL, &declared.error), -1);
    cr_expect(strstr(declared.error.message, "contrasts.csv"), "%s", declared.error.message);
    run_fixture_forget(&declared.runs);
}

Test(families, compare_times_as_ratios_and_what_is_planned_without_intervals)
{
    const char *tables[] = {table};
    struct declared declared;
    read_declared(&declared, tables, 1, both, NULL);
    const struct comparison_row *time = find_level(&declared.families.comparisons[2], "random");
    const struct comparison_row *planned = find_level(&declared.families.comparisons[3], "random");
    /* of the logarithms of 50/100, 56/110, 52/105, by scipy.stats.ttest_1samp */
    cr_expect_float_eq(time->ratio, 0.50141016, 1e-7);
    cr_expect_float_eq(time->low, 0.48426233, 1e-7);
    cr_expect_float_eq(time->high, 0.51916520, 1e-7);
    cr_expect_gt(time->smallest, 1);
    cr_expect_float_eq(planned->ratio, 0.25, 1e-12);
    cr_expect(isnan(planned->low) && isnan(planned->p) && isnan(planned->smallest));
    forget(&declared);
}

/* ---- other classes ---- */

#define CLASSES "cell,settings,split,class,queries,recall_at_1,map_at_r,r_precision\n"

/* classes.csv for the table above: class i of 10 has 10 queries; `spread` moves hits of random from half of the classes
 * to the other; the caller frees. */
static char *make_classes(double spread)
{
    static const char *const cells[] = {"a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"};
    static const double recall[] = {0.80, 0.81, 0.82, 0.70, 0.712, 0.718, 0.79, 0.83, 0.81};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fputs(CLASSES, stream);
    for (int class = 9; class >= 0; class --) /* order must not matter */
        for (int c = 0; c < 9; c++)
            fprintf(stream, "%s,%s,test,%d,10,%.9g,4,4\n", cells[c], cells[c], class,
                    10 * recall[c] + (c / 3 == 1 ? spread : 0) * (class % 2 ? 1 : -1));
    fputs("a0,a0,valid,0,5,1,1,1\n", stream);
    fclose(stream);
    return text;
}

Test(classes, give_an_interval_for_others_of_the_kind)
{
    const char *tables[] = {table};
    for (int spread = 0; spread < 2; spread++) {
        char *classes = make_classes(3.0 * spread);
        struct declared declared;
        read_declared(&declared, tables, 1, DECLARED "main,test_recall_at_1,strategy,full,,before\n", classes);
        const struct comparison *recall = &declared.families.comparisons[0];
        const struct comparison_row *row = find_level(recall, "random");
        cr_expect_eq(row->classes, CLASSES_FOUND);
        cr_expect_eq(verdict_holds_for_classes(recall, row), !spread, "%g %g", row->classes_low, row->classes_high);
        expect_sentence(
            &declared, recall, "random",
            spread ? "random at p = 0.25 is worse than full by 10.00 points of recall@1 on these classes (95 % "
                     "interval -10.50 to -9.50, Holm p < 0.001, 3 seeds); not shown for other classes of the "
                     "kind (95 % interval -28.07 to +8.07)."
                   : "random at p = 0.25 is worse than full by 10.00 points of recall@1 on these classes (95 % "
                     "interval -10.50 to -9.50, Holm p < 0.001, 3 seeds), and for other classes of the kind "
                     "(95 % interval -10.20 to -9.80).");
        free(classes);
        forget(&declared);
    }
}

Test(classes, give_none_if_they_do_not_fit)
{
    static const struct {
        const char *from, *to;
        enum classes_state state;
    } changes[] = {{"b1,b1,test,4,", "b1,b1,test,x,", CLASSES_UNLIKE},
                   {"b1,b1,test,4,10", "b1,b1,test,4,11", CLASSES_UNLIKE},
                   {"b1,b1,test,4,", "b1,other,test,4,", CLASSES_UNLIKE},
                   {"recall_at_1", "recall", CLASSES_ABSENT},
                   {"b1,b1,test,4,10,7", "b1,b1,test,4,10,9", CLASSES_WRONG}};
    const char *tables[] = {table};
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        char *classes = make_classes(0), *at = strstr(classes, changes[c].from), *changed = NULL;
        struct declared declared;
        cr_assert_not_null(at, "%s", changes[c].from);
        cr_assert_gt(
            asprintf(&changed, "%.*s%s%s", (int)(at - classes), classes, changes[c].to, at + strlen(changes[c].from)),
            0);
        read_declared(&declared, tables, 1, DECLARED "main,test_recall_at_1,strategy,full,,before\n", changed);
        const struct comparison_row *row = find_level(&declared.families.comparisons[0], "random");
        cr_expect_eq(row->classes, changes[c].state, "%s: %d", changes[c].to, row->classes);
        cr_expect(isnan(row->classes_low) && isnan(row->classes_high));
        free(changed);
        free(classes);
        forget(&declared);
    }
}

/* ---- sentences ---- */

Test(sentence, says_no_more_than_is_shown)
{
    const char *tables[] = {table};
    struct declared declared;
    struct comparison asked;
    read_declared(&declared, tables, 1, both, NULL);
    const struct comparison *of = declared.families.comparisons;
    expect_sentence(&declared, &of[0], "random",
                    "random at p = 0.25 is worse than full by 10.00 points of recall@1 on these classes (95 % interval "
                    "-10.50 to -9.50, Holm p < 0.001, 3 seeds); of other classes nothing is known.");
    expect_sentence(
        &declared, &of[1], "random",
        "random at p = 0.25 is not shown to differ from full in MAP@R on these classes (95 % interval -2.48 to "
        "+2.48, Holm p 1.000, 3 seeds, which could have shown 5.73 points).");
    expect_sentence(
        &declared, &of[2], "random",
        "Exploratory, declared after the run began: step of random at p = 0.25 is 0.501 times that of full on "
        "this machine (95 % interval 0.484 to 0.519, uncorrected p < 0.001, 3 seeds).");
    expect_sentence(&declared, &of[3], "random",
                    "tensors of random at p = 0.25 is 0.250 times that of full, by plan (0.0 and 0.0 MiB).");
    struct comparison_request request = {
        .factor = "strategy", .reference = "random", .metric = "test_recall_at_1", .by = ""};
    cr_assert_eq(comparison_make(&asked, &request, &declared.runs.variation, &declared.error), 0);
    expect_sentence(
        &declared, &asked, "full",
        "Exploratory: recall@1 of full lies 10.00 points above that of random at p = 0.25 on these classes (95 "
        "% interval +9.50 to +10.50, uncorrected p < 0.001, 3 seeds).");
    comparison_release(&asked);
    forget(&declared);
}

#define TUNED(column)                                                                                                  \
    "cell,status,settings,strategy,portion,epochs,optimizer_learning_rate,seed,test_recall_at_1,wave," column          \
    "\na,ok,01,full,1,2,1e-4,0,0.8,final,optimizer_learning_rate\n"                                                    \
    "b,ok,02,full,1,2,1e-4,1,0.81,both,optimizer_learning_rate\n"                                                      \
    "c,ok,03,random,0.25,2,3e-4,0,0.7,final,optimizer_learning_rate\n"                                                 \
    "d,ok,04,random,0.25,2,3e-4,1,0.72,final,optimizer_learning_rate\n"

static const char untold[] = TUNED("other"), tuned[] = TUNED("tuned");

Test(families, pair_final_cells_whatever_tuning_chose_and_say_so)
{
    const char *tables[] = {untold};
    struct declared declared;
    read_declared(&declared, tables, 1, DECLARED "main,test_recall_at_1,strategy,full,,before\n", NULL);
    cr_expect_eq(declared.families.count, 0, "cells of different rates make no pair if tuning did not choose them");
    forget(&declared);
    tables[0] = tuned;
    read_declared(&declared, tables, 1, DECLARED "main,test_recall_at_1,strategy,full,,before\n", NULL);
    cr_assert_eq(declared.families.count, 1);
    const struct comparison *comparison = &declared.families.comparisons[0];
    cr_assert_eq(comparison->row_count, 1);
    cr_expect_eq(comparison->rows[0].tuned, 2);
    char *sentence = sentence_make(comparison, &comparison->rows[0], &declared.runs.results.axes);
    cr_expect(strstr(sentence, "on these classes, given the chosen settings (95 %"), "%s", sentence);
    free(sentence);
    forget(&declared);
}

/* ---- at equal recall ---- */

#define END(cell, strategy, portion, epochs, seed, recall, map)                                                        \
    cell ",ok," cell ",l,," strategy ",,64," portion ",direct," epochs "," seed "," recall "," map ",,,\n"

static const char budgets[] =
    HEAD END("f10", "full", "1", "1", "0", "0.5", "0.1") END("f20", "full", "1", "2", "0", "0.6", "0.3")
        END("f40", "full", "1", "4", "0", "0.8", "0.4") END("r20", "random", "0.5", "2", "0", "0.55", "0.25")
            END("r40", "random", "0.5", "4", "0", "0.7", "0.30") END("r80", "random", "0.5", "8", "0", "0.9", "0.45")
                END("f11", "full", "1", "1", "1", "0.5", "0.2") END("f21", "full", "1", "2", "1", "0.6", "0.2")
                    END("f41", "full", "1", "4", "1", "0.9", "0.5") END("r41", "random", "0.5", "4", "1", "0.7", "0.25")
                        END("r81", "random", "0.5", "8", "1", "0.8", "0.45");

Test(equal, is_looked_for_between_the_ends_of_runs_of_several_lengths)
{
    const char *tables[] = {budgets};
    struct declared declared;
    struct comparison equal;
    struct comparison_request request = {.factor = "strategy",
                                         .reference = "full",
                                         .metric = "test_map_at_r",
                                         .by = "epochs",
                                         .at_equal = "test_recall_at_1"};
    read_declared(&declared, tables, 1, NULL, NULL);
    cr_assert_eq(comparison_make(&equal, &request, &declared.runs.variation, &declared.error), 0, "%s",
                 declared.error.message);
    cr_assert_eq(equal.row_count, 3);
    /* seed 0: .55 lies half way from .5 to .6: .2; .7 half way from .6 to .8: .35; .9 beyond. seed 1: .7 a third of the
     * way from .6 to .9: .3; .8 two thirds: .4 */
    cr_expect_float_eq(equal.rows[0].difference.mean, 0.05, 1e-9);
    cr_expect_eq(equal.rows[0].difference.count, 1);
    cr_expect_str_eq(equal.rows[1].by[0], "4");
    cr_expect_float_eq(equal.rows[1].reference.mean, (0.35 + 0.3) / 2, 1e-9);
    cr_expect_eq(equal.rows[1].difference.count, 2);
    cr_expect_float_eq(equal.rows[2].difference.mean, 0.05, 1e-9);
    cr_expect_eq(equal.rows[2].outside, 1);
    cr_expect_eq(equal.unpaired.count, 0);
    comparison_release(&equal);
    request.across = "batch_size";
    cr_expect_eq(comparison_make(&equal, &request, &declared.runs.variation, &declared.error), -1);
    cr_expect(strstr(declared.error.message, "runs of one batch_size alone"), "%s", declared.error.message);
    request.across = "strategy";
    cr_expect_eq(comparison_make(&equal, &request, &declared.runs.variation, &declared.error), -1);
    forget(&declared);
}

Test(equal, takes_the_whole_batch_for_either_side)
{
    const char *tables[] = {budgets};
    struct declared declared;
    struct comparison equal;
    struct comparison_request request = {.factor = "strategy",
                                         .reference = "random",
                                         .metric = "test_map_at_r",
                                         .by = "portion,epochs",
                                         .at_equal = "test_recall_at_1"};
    read_declared(&declared, tables, 1, NULL, NULL);
    cr_assert_eq(comparison_make(&equal, &request, &declared.runs.variation, &declared.error), 0, "%s",
                 declared.error.message);
    const struct comparison_row *row = NULL;
    for (int r = 0; r < equal.row_count; r++)
        if (strcmp(equal.rows[r].by[1], "4") == 0) row = &equal.rows[r];
    cr_assert_not_null(row);
    cr_expect_str_eq(row->by[0], "0.5");
    /* full's .8 lies half way from .7 to .9 of random: .375; seed 1's .9 is beyond. */
    cr_expect_float_eq(row->reference.mean, 0.375, 1e-9);
    cr_expect_eq(row->outside, 1);
    comparison_release(&equal);
    forget(&declared);
}

/* ---- tables ---- */

Test(comparison_table, has_the_columns_of_every_comparison)
{
    const char *tables[] = {table};
    struct declared declared;
    struct comparison_table made;
    read_declared(&declared, tables, 1, both, NULL);
    const struct comparison *shown[] = {&declared.families.comparisons[0], &declared.families.comparisons[3]};
    cr_assert_eq(
        comparison_table_make(&made, shown, 2, COMPARISON_FILE, 0.01, &declared.runs.results.axes, &declared.error), 0);
    cr_expect_eq(made.row_count, 4);
    cr_expect_str_eq(made.columns[0].name, "strategy");
    cr_expect_str_eq(made.columns[1].name, "portion");
    comparison_table_release(&made);
    cr_assert_eq(
        comparison_table_make(&made, shown, 1, COMPARISON_PRINT, NAN, &declared.runs.results.axes, &declared.error), 0);
    for (int c = 0; c < made.column_count; c++)
        cr_expect_str_neq(made.columns[c].name, "other classes", "columns without a number are left out");
    comparison_table_release(&made);
    forget(&declared);
}
