/* test_tune.c - what `tune` asks for, which values trials choose, how lists grow, and the two waves of a run. */
#include <criterion/criterion.h>

#include <math.h>

#include "tests/support/place_fixture.h"

#define POINTS "dataset: birds\nmodel: conv4\nportion: [0.5, 1]\nstrategy: random\nseed: [0, 1]\n"
#define RATES "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2, 0.1]}\n"

/* ---- reading ---- */

static void refuses(const char *lines, const char *part)
{
    struct made *made = malloc(sizeof *made);
    struct error error;
    char *text;
    cr_assert_geq(asprintf(&text, "dataset: birds\nmodel: conv4\n%s", lines), 0);
    cr_assert_eq(made_read(made, text, NULL, 0, &error), -1, "%s", lines);
    cr_expect_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    free(text);
    free(made);
}

Test(tune, refuses_what_cannot_be_chosen_by)
{
    refuses("tune: {epochs: [1, 2], metric: test_map_at_r}\n", "cannot judge what they have chosen");
    refuses("tune: {epochs: [1, 2], metric: gap_map_at_r}\n", "cannot judge what they have chosen");
    refuses("tune: {epochs: [1, 2], metric: train_map_at_r}\n", "is not measured on validation classes");
    refuses("tune: {epochs: [1, 2], metric: valid_queries_unanswered}\n", "is not measured on validation classes");
    refuses("tune: {epochs: [1, 2], metric: nonsense}\n", "no metric 'nonsense'");
}

Test(tune, refuses_what_cannot_be_tuned)
{
    refuses("tune: {metric: valid_map_at_r}\n", "no setting has a list");
    refuses("tune: [1, 2]\n", "a mapping is wanted");
    refuses("tune: {epochs: [1, 2], folds: [0, all]}\n", "all cannot be part of a list");
    refuses("tune: {epochs: [1, 2], tune: 3}\n", "belongs at the top level");
    refuses("tune: {dataset: [a, b]}\n", "dataset cannot be tuned");
    refuses("tune: {validation.share: [0.2, 0.3]}\n", "validation_share cannot be tuned");
    refuses("tune: {optimizer.learning_rat: [1, 2]}\n", "unknown key");
    refuses("tune: {epochs: [1, x]}\n", "epochs");
    refuses("tune: {epochs: [1, 2], extend: -1}\n", "extend");
    refuses("epochs: 3\ntune: {epochs: [1, 2]}\n", "epochs is given outside of tune too");
    refuses("cases: [{epochs: 1}, {epochs: 2}]\ntune: {epochs: [1, 2]}\n", "epochs is given outside of tune too");
    refuses("validation: {share: [0.2, 0.5]}\ntune: {epochs: [1, 2]}\n", "need a single share of validation classes");
}

static int count_wave(const struct grid *grid, const char *wave)
{
    int count = 0;
    for (int c = 0; c < grid->count; c++) count += strcmp(grid->cells[c].wave, wave) == 0;
    return count;
}

Test(tune, makes_trials_of_two_folds_with_seeds_of_their_own)
{
    struct made *made = made_of(POINTS RATES);
    int folds[2] = {0};
    cr_assert_eq(made->grid.count, 2 * 3 * 2);
    cr_expect_eq(count_wave(&made->grid, "trial"), made->grid.count);
    for (int c = 0; c < made->grid.count; c++) {
        const struct settings *settings = &made->grid.cells[c].settings;
        cr_expect_eq(settings->validation.share, 0.25);
        cr_assert_leq(settings->validation.fold, 1);
        cr_expect_eq(settings->seed, 1000 + settings->validation.fold);
        folds[settings->validation.fold]++;
    }
    cr_expect_eq(folds[0], folds[1]);
    made_release(made);
}

static int count_trials(const char *tune)
{
    char *text;
    cr_assert_geq(asprintf(&text, POINTS "tune: {%s}\n", tune), 0);
    struct made *made = made_of(text);
    int count = made->grid.count;
    made_release(made);
    free(text);
    return count;
}

Test(tune, takes_folds_seeds_and_several_settings)
{
    cr_expect_eq(count_trials("epochs: [1, 2], folds: all"), 2 * 2 * 4);
    cr_expect_eq(count_trials("epochs: [1, 2], folds: [0, 1, 3], seeds: [7, 8]"), 2 * 2 * 6);
    cr_expect_eq(count_trials("epochs: [1, 2], optimizer: {learning_rate: [0.1, 0.2], weight_decay: [0, 1]}"),
                 2 * 8 * 2);
    cr_expect_eq(count_trials("loss: {name: triplet, margin: [0.1, 0.2, 0.3]}"), 2 * 3 * 2);
}

Test(tune, gives_trials_no_seed_of_a_final)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\nseed: [0, 1000]\n" RATES);
    for (int c = 0; c < made->grid.count; c++) cr_expect_neq(made->grid.cells[c].settings.seed, 1000);
    made_release(made);
}

/* ---- choosing ---- */

/* One point's trials; NAN: failed. Returns what is chosen. */
static int choose(struct trials *trials, int values, int repeats, const double *metric, enum metric_better better)
{
    struct error error;
    cr_assert_eq(trials_init(trials, 1, values, repeats, better, &error), 0);
    for (int i = 0; i < values * repeats; i++)
        trials->trial[i] = (struct trial){isnan(metric[i]) ? TRIAL_FAILED : TRIAL_OK, metric[i]};
    trials_judge(trials);
    return trials->chosen[0];
}

static int chosen(int values, int repeats, const double *metric, enum metric_better better)
{
    struct trials trials;
    int result = choose(&trials, values, repeats, metric, better);
    trials_release(&trials);
    return result;
}

Test(tune, chooses_the_best_mean_and_of_equal_ones_the_first)
{
    cr_expect_eq(chosen(3, 2, (double[]){0.1, 0.3, 0.2, 0.4, 0.3, 0.2}, BETTER_HIGH), 1);
    cr_expect_eq(chosen(3, 2, (double[]){0.1, 0.3, 0.2, 0.4, 0.3, 0.2}, BETTER_LOW), 0);
    cr_expect_eq(chosen(3, 2, (double[]){0.1, 0.1, 0.25, 0.75, 0.5, 0.5}, BETTER_HIGH), 1);
    cr_expect_eq(chosen(2, 1, (double[]){0.5, 0.5}, BETTER_LOW), 0);
}

Test(tune, takes_a_failed_trial_for_worse_than_any)
{
    cr_expect_eq(chosen(2, 2, (double[]){NAN, 0.9, 0.1, 0.1}, BETTER_HIGH), 1);
    cr_expect_eq(chosen(2, 2, (double[]){NAN, 0.1, NAN, 0.2}, BETTER_HIGH), 1);
    cr_expect_eq(chosen(2, 2, (double[]){NAN, NAN, NAN, 0.2}, BETTER_LOW), 1);
    cr_expect_eq(chosen(2, 2, (double[]){NAN, NAN, NAN, NAN}, BETTER_HIGH), -1);
}

/* Of differences 0.1 and 0.3 the mean is 0.2, the standard error sqrt(0.02 / 2) = 0.1; of 0.1 and -0.2, -0.05 and 0.15.
 */
Test(tune, says_which_values_lie_within_the_noise_of_the_chosen)
{
    struct trials trials;
    cr_assert_eq(choose(&trials, 3, 2, (double[]){0.5, 0.7, 0.4, 0.4, 0.4, 0.75}, BETTER_HIGH), 0);
    cr_expect_float_eq(trials_value(&trials, 0, 0)->mean, 0.6, 1e-12);
    cr_expect_float_eq(trials_value(&trials, 0, 0)->spread, sqrt(0.02), 1e-12);
    cr_expect_eq(trials_value(&trials, 0, 0)->within_noise, 0);
    cr_expect_eq(trials_value(&trials, 0, 1)->within_noise, 0);
    cr_expect_eq(trials_value(&trials, 0, 2)->within_noise, 1);
    trials_release(&trials);
}

Test(tune, chooses_nothing_while_a_trial_is_open)
{
    struct trials trials;
    choose(&trials, 2, 1, (double[]){0.5, 0.7}, BETTER_HIGH);
    trials_at(&trials, 0, 1, 0)->state = TRIAL_OPEN;
    trials_judge(&trials);
    cr_expect_eq(trials.chosen[0], -1);
    cr_expect_eq(trials.open, 1);
    trials_release(&trials);
}

/* ---- lists that grow ---- */

static void grows(const char *list, enum tuning_side side, const char *expected)
{
    char *text, beyond[AXIS_VALUE_SIZE] = "";
    struct error error;
    int is_limit;
    cr_assert_geq(asprintf(&text, "dataset: birds\nmodel: conv4\nstrategy: random\ntune: {%s}\n", list), 0);
    struct made *made = made_of(text);
    const struct factor *factor = &made->experiment.tuning.lists[0];
    int status = tuning_beyond(&made->experiment, factor, side, beyond, &is_limit, &error);
    if (expected[0] == '!')
        cr_expect(status == -1 && strstr(error.message, expected + 1), "%s: %s", list, error.message);
    else
        cr_expect_str_eq(beyond, expected, "%s: %s", list, status == 0 ? beyond : error.message);
    made_release(made);
    free(text);
}

Test(tune, extends_lists_in_their_own_ratio)
{
    grows("optimizer.learning_rate: [1.0e-5, 3.0e-5, 1.0e-4, 3.0e-4]", SIDE_HIGH, "0.0009");
    grows("optimizer.learning_rate: [3.0e-4, 1.0e-5, 1.0e-4, 3.0e-5]", SIDE_LOW, "3.33e-06");
    grows("epochs: [4, 8, 16]", SIDE_HIGH, "32");
    grows("epochs: [2, 3]", SIDE_LOW, "1");
    grows("epochs: [2, 3]", SIDE_HIGH, "5"); /* 4.5, rounded */
}

Test(tune, says_why_a_list_cannot_be_extended)
{
    grows("portion: [0.5, 1]", SIDE_HIGH, "!own limit");
    grows("portion: [0.5, 0.75]", SIDE_HIGH, "1"); /* 1.125 is beyond the limit */
    grows("accumulate: [1, 2]", SIDE_LOW, "!own limit");
    grows("optimizer.weight_decay: [0, 0.1]", SIDE_HIGH, "!no ratio");
    grows("optimizer.weight_decay: [0, 0.1]", SIDE_LOW, "!own limit");
}

Test(tune, knows_the_edges_of_lists)
{
    static const char *const lists[] = {"epochs: [8, 4, 16]", "epochs: [8]", "loss: [triplet, contrastive]"};
    static const enum tuning_side sides[][3] = {{SIDE_INSIDE, SIDE_LOW, SIDE_HIGH}, {SIDE_INSIDE}, {SIDE_INSIDE}};
    for (int l = 0; l < 3; l++) {
        char *text;
        cr_assert_geq(asprintf(&text, "dataset: birds\nmodel: conv4\ntune: {%s}\n", lists[l]), 0);
        struct made *made = made_of(text);
        const struct factor *list = &made->experiment.tuning.lists[0];
        for (int i = 0; i < list->count; i++) cr_expect_eq(tuning_side(&made->experiment, list, i), sides[l][i]);
        made_release(made);
        free(text);
    }
}

/* ---- a run ---- */

/* What a cell leaves; NAN: it failed. The test metric is never looked at. */
static void leave(const struct run *run, const struct cell *cell, double metric, double test)
{
    struct column_table columns;
    struct error error;
    struct cell_record record = {.status = isnan(metric) ? "failed" : "ok", .metrics = metrics_none()};
    record.metrics.valid_map_at_r = metric;
    record.metrics.test_map_at_r = test;
    char *folder = run_cell_folder(run, cell, &error);
    columns_of_cells(&columns);
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0, "%s", error.message);
    cr_assert_eq(column_write_file(folder, "result.csv", &columns, cell, &record, sizeof record, 1, &error), 0);
    free(folder);
    run_look(run, cell);
}

/* Trains all cells that have no result: a trial is the better the nearer its rate is to its point's best one. */
static void train(const struct run *run, const double best[2], double test)
{
    for (int c = 0; c < run->grid.count; c++) {
        const struct cell *cell = &run->grid.cells[c];
        double rate = log10(cell->settings.optimizer.learning_rate), wanted = log10(best[cell->settings.portion == 1]);
        if (run_cell_status(run, cell) == RUN_MISSING)
            leave(run, cell, 1 / (1 + fabs(rate - wanted)), test * (cell->settings.seed + c));
    }
}

/* All waves, as `partgrad run`. Returns how many there were. */
static int train_all(struct run *run, const struct place *place, const double best[2], double test)
{
    struct error error;
    int waves = 0, more = 1;
    for (place_begin(place, run); more > 0; waves++) {
        train(run, best, test);
        more = run_advance(run, &error);
        cr_assert_geq(more, 0, "%s", error.message);
        if (more) cr_assert_eq(run_identify(run, place->data, 1, 0, &error), 0, "%s", error.message);
    }
    cr_assert_eq(run_keep(run, &error), 0, "%s", error.message);
    cr_assert_eq(run_write_tuning(run, &error), 0, "%s", error.message);
    return waves;
}

static void has_finals(const struct run *run, double rate_half, double rate_whole, const char *edge)
{
    int finals = 0;
    for (int c = 0; c < run->grid.count; c++) {
        const struct cell *cell = &run->grid.cells[c];
        if (strcmp(cell->wave, "final") != 0) continue;
        double rate = cell->settings.portion == 1 ? rate_whole : rate_half;
        cr_expect_float_eq(cell->settings.optimizer.learning_rate, rate, 1e-12, "%s", cell->name);
        cr_expect_eq(cell->settings.validation.share, 0);
        cr_expect_leq(cell->settings.seed, 1);
        cr_expect_str_eq(cell->tuned, "optimizer_learning_rate");
        cr_expect_str_eq(cell->at_edge, cell->settings.portion == 1 ? "" : edge);
        finals++;
    }
    cr_expect_eq(finals, 4);
}

Test(tune, trains_finals_with_what_their_own_point_chose_and_no_validation_classes)
{
    struct place place = place_make(POINTS RATES);
    struct run run;
    cr_expect_eq(train_all(&run, &place, (double[]){0.1, 0.01}, 1), 2);
    cr_expect_eq(count_wave(&run.grid, "trial"), 12);
    has_finals(&run, 0.1, 0.01, "optimizer_learning_rate high");
    run_release(&run);
    place_remove(&place);
}

Test(tune, extends_the_list_of_every_point_where_one_is_at_the_edge)
{
    struct place place = place_make(POINTS "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2, 0.1], extend: 2}\n");
    struct run run;
    cr_expect_eq(train_all(&run, &place, (double[]){1, 0.01}, 1),
                 4); /* to 1, which may not be the best; to 10; finals */
    cr_expect_eq(count_wave(&run.grid, "trial"), 2 * 5 * 2);
    has_finals(&run, 1, 0.01, "");
    run_release(&run);
    place_remove(&place);
}

Test(tune, says_beside_the_finals_where_a_value_is_still_at_the_edge)
{
    struct place place = place_make(POINTS "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2, 0.1], extend: 1}\n");
    struct run run;
    cr_expect_eq(train_all(&run, &place, (double[]){1e-7, 0.01}, 1), 3);
    has_finals(&run, 1e-4, 0.01, "optimizer_learning_rate low");
    cr_expect_not_null(strstr(run.waves.news, "gets the value 0.0001 too, for every point"), "%s", run.waves.news);
    cr_expect_not_null(strstr(run.waves.news, "still at the edge"), "%s", run.waves.news);
    run_release(&run);
    place_remove(&place);
}

Test(tune, chooses_the_same_whatever_test_classes_say)
{
    char *tables[2];
    for (int t = 0; t < 2; t++) {
        struct place place = place_make(POINTS RATES);
        struct run run;
        train_all(&run, &place, (double[]){0.1, 0.01}, t ? -1 : 1);
        tables[t] = fixture_read(place.out, "tuning.csv");
        run_release(&run);
        place_remove(&place);
    }
    cr_expect_str_eq(tables[0], tables[1]);
    free(tables[0]);
    free(tables[1]);
}

/* A driver that is killed anywhere finds on its next start what it had, and comes to the same. */
Test(tune, comes_to_the_same_choices_when_begun_again)
{
    struct place place = place_make(POINTS "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2, 0.1], extend: 2}\n");
    struct run run, opened;
    struct error error;
    int cells;
    train_all(&run, &place, (double[]){1, 0.01}, 1);
    cells = run.grid.count;
    char *before = fixture_read(place.out, "tuning.csv");
    run_release(&run);
    cr_expect_eq(train_all(&run, &place, (double[]){NAN, NAN}, 1), 4, "trained again");
    cr_expect_eq(run.grid.count, cells);
    char *after = fixture_read(place.out, "tuning.csv");
    cr_expect_str_eq(before, after);
    cr_assert_eq(run_open(&opened, place.out, &error), 0, "%s", error.message);
    cr_assert_eq(opened.grid.count, cells);
    cr_expect(run_is_whole(&opened));
    for (int c = 0; c < cells; c++) {
        cr_expect_str_eq(opened.grid.cells[c].name, run.grid.cells[c].name);
        cr_expect_str_eq(opened.grid.cells[c].identity, run.grid.cells[c].identity);
        cr_expect_str_eq(opened.grid.cells[c].wave, run.grid.cells[c].wave);
        cr_expect_eq(run_cell_status(&opened, &opened.grid.cells[c]), RUN_OK);
    }
    run_release(&opened);
    run_release(&run);
    free(before);
    free(after);
    place_remove(&place);
}

Test(tune, leaves_out_the_finals_of_a_point_whose_trials_all_failed)
{
    struct place place = place_make(POINTS RATES);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    for (int c = 0; c < run.grid.count; c++)
        leave(&run, &run.grid.cells[c], run.grid.cells[c].settings.portion == 1 ? NAN : 0.5, 0);
    cr_assert_eq(run_advance(&run, &error), 1);
    cr_expect_eq(count_wave(&run.grid, "final"), 2);
    for (int c = 0; c < run.grid.count; c++)
        if (strcmp(run.grid.cells[c].wave, "final") == 0) cr_expect_eq(run.grid.cells[c].settings.portion, 0.5);
    cr_expect_not_null(strstr(run.waves.news, "all trials failed; its final cells are left out"), "%s", run.waves.news);
    cr_assert_eq(run_identify(&run, place.data, 1, 0, &error), 0, "%s", error.message);
    cr_expect_eq(run_count(&run).failed, 6);
    cr_expect_eq(run_count(&run).failed_trials, 6);
    run_release(&run);
    place_remove(&place);
}

Test(tune, chooses_nothing_by_results_of_other_settings)
{
    struct place place = place_make(POINTS RATES);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    train(&run, (double[]){0.1, 0.01}, 1);
    run_release(&run);
    static const char changed[] = POINTS "image_size: 32\n" RATES;
    cr_assert_eq(file_write(place.experiment, changed, strlen(changed), &error), 0);
    place_begin(&place, &run);
    cr_expect_eq(run_count(&run).changed, 12);
    cr_assert_eq(run_advance(&run, &error), 0);
    cr_expect_not(run_is_whole(&run));
    run_release(&run);
    place_remove(&place);
}

Test(tune, takes_a_cell_of_both_waves_for_one_training)
{
    struct place place = place_make("dataset: birds\nmodel: conv4\nseed: [7, 8]\nvalidation: {share: 0.5}\n"
                                    "tune: {optimizer.learning_rate: [1.0e-3, 1.0e-2], folds: 0, seeds: 7, "
                                    "finals: {validation: {share: 0.5}}}\n");
    struct run run;
    train_all(&run, &place, (double[]){0, 0.01}, 1);
    cr_expect_eq(run.grid.count, 3);
    cr_expect_eq(count_wave(&run.grid, "trial"), 1);
    cr_expect_eq(count_wave(&run.grid, "both"), 1);
    cr_expect_eq(count_wave(&run.grid, "final"), 1);
    run_release(&run);
    place_remove(&place);
}
