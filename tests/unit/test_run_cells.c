/* test_run_cells.c - which results are a cell's: found by what was trained, whatever folders and lists are called, and
 * counted. */
#include <criterion/criterion.h>

#include "harness/runs/cell_progress.h"
#include "tests/support/place_fixture.h"

static int find_seed(const struct run *run, int seed)
{
    for (int c = 0; c < run->grid.count; c++)
        if (run->grid.cells[c].settings.seed == seed) return c;
    return -1;
}

/* ---- what a cell is ---- */

static const char two_losses[] = "dataset: birds\nmodel: conv4\n"
                                 "loss: [{name: triplet, margin: 0.05}, {name: triplet, margin: 1}]\n";

static double margin_of(const struct cell *cell)
{
    const struct choice *loss = &cell->settings.loss;
    return *(const double *)((const char *)loss->options + option_find(loss->plugin->fields, "margin")->offset);
}

Test(run, finds_cells_again_whatever_the_order_of_a_list_and_however_it_grows)
{
    static const char *const lists[] = {
        "dataset: birds\nmodel: conv4\nloss: [{name: triplet, margin: 1}, {name: triplet, margin: 0.05}]\n",
        "dataset: birds\nmodel: conv4\nloss: {name: triplet, margin: [0.5, 0.05, 1]}\n"};
    for (int l = 0; l < 2; l++) {
        struct place place = place_make(two_losses);
        struct run run;
        place_begin(&place, &run);
        for (int c = 0; c < 2; c++)
            fixture_write_result(&run, c, "ok", margin_of(&run.grid.cells[c]) > 0.1 ? "one" : "small");
        run_release(&run);
        place_begin_with(&place, &run, lists[l]);
        for (int c = 0; c < run.grid.count; c++) {
            const struct cell *cell = &run.grid.cells[c];
            cr_expect_eq(run_cell_status(&run, cell), margin_of(cell) == 0.5 ? RUN_MISSING : RUN_OK, "%s", cell->name);
            cr_expect_not(run_cell_is_changed(&run, cell), "%s", cell->name);
        }
        run_release(&run);
        place_remove(&place);
    }
}

/* A training keeps its folder although its name would be another now; a folder of that name is another training's. */
Test(run, matches_folders_by_what_was_trained_and_not_by_name)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    char *odd = file_join(place.out, "cells/odd"), *named = file_join(place.out, "cells/%s", run.grid.cells[1].name);
    for (int c = 0; c < 2; c++) fixture_write_result(&run, c, "ok", "");
    char *first = file_join(place.out, "cells/%s", run.grid.cells[0].name);
    fixture_remove(strdup(named));
    cr_assert_eq(rename(first, named), 0); /* seed 0 in the folder called seed 1 */
    run_release(&run);
    place_begin(&place, &run);
    const struct cell *zero = &run.grid.cells[find_seed(&run, 0)], *one = &run.grid.cells[find_seed(&run, 1)];
    cr_expect_not_null(strstr(zero->name, "-s1"), "%s", zero->name);
    cr_expect_str_neq(one->name, zero->name);
    cr_expect_eq(grid_find(&run.grid, one->name), one);
    cr_expect_eq(run_cell_status(&run, zero), RUN_MISSING, "its row is of another name");
    cr_expect_eq(run_cell_status(&run, one), RUN_MISSING);
    cr_expect_eq(fixture_write_result(&run, find_seed(&run, 1), "ok", ""), RUN_OK);
    cr_expect_eq(fixture_write_result(&run, find_seed(&run, 0), "ok", ""), RUN_OK);
    run_release(&run);
    cr_assert_eq(rename(named, odd), 0);
    place_begin(&place, &run);
    cr_expect_str_eq(run.grid.cells[find_seed(&run, 0)].name, "odd");
    cr_expect_eq(run_cell_status(&run, &run.grid.cells[find_seed(&run, 1)]), RUN_OK);
    cr_assert_eq(run_gather(&run, &error), 0, "%s", error.message);
    run_release(&run);
    free(odd);
    free(named);
    free(first);
    place_remove(&place);
}

Test(run, prefers_a_cell_s_own_folder_to_a_copy_of_it)
{
    struct place place = place_make("dataset: birds\nmodel: conv4\n");
    struct run run;
    place_begin(&place, &run);
    fixture_write_result(&run, 0, "ok", "");
    char *text = fixture_read(place.out, "cells/balanced-b64-m4-p1-full-s0/experiment.yaml");
    char *copy = file_join(place.out, "cells/a-copy");
    cr_assert_eq(file_make_folder(copy, &(struct error){""}), 0);
    fixture_write(copy, "experiment.yaml", text);
    run_release(&run);
    place_begin(&place, &run);
    cr_expect_str_eq(run.grid.cells[0].name, "balanced-b64-m4-p1-full-s0");
    cr_expect_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    run_release(&run);
    free(text);
    free(copy);
    place_remove(&place);
}

static void copy_file(const char *folder, const char *from, const char *to)
{
    char *text = fixture_read(folder, from);
    fixture_write(folder, to, text);
    free(text);
}

Test(run, counts_no_result_that_was_copied_from_another_cell)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    fixture_write_result(&run, 0, "ok", "");
    fixture_write_result(&run, 1, "failed", "why");
    char *from = file_join("cells", "%s/result.csv", run.grid.cells[0].name);
    for (int c = 1; c < 3; c++) {
        char *folder = run_cell_folder(&run, &run.grid.cells[c], &error);
        char *to = file_join("cells", "%s/result.csv", run.grid.cells[c].name);
        copy_file(place.out, from, to);
        cr_expect_eq(run_look(&run, &run.grid.cells[c]), RUN_MISSING, "cell %d", c);
        free(to);
        free(folder);
    }
    cr_expect_eq(run_count(&run).ok, 1);
    free(from);
    run_release(&run);
    place_remove(&place);
}

/* Its settings beside it are not those that its row was written with. */
Test(run, counts_no_result_whose_settings_were_exchanged)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    for (int c = 0; c < 2; c++) fixture_write_result(&run, c, "ok", "");
    char *from = file_join("cells", "%s/experiment.yaml", run.grid.cells[0].name);
    char *to = file_join("cells", "%s/experiment.yaml", run.grid.cells[1].name);
    copy_file(place.out, from, to);
    cr_expect_eq(run_look(&run, &run.grid.cells[1]), RUN_MISSING);
    free(from);
    free(to);
    run_release(&run);
    place_remove(&place);
}

/* ---- the settings beside a result ---- */

Test(run, a_result_of_other_settings_goes_before_a_cell_is_trained_again)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    fixture_write_result(&run, 0, "ok", "");
    struct cell *cell = &run.grid.cells[0];
    char *folder = run_cell_folder(&run, cell, &error);
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0);
    cr_expect_eq(run_look(&run, cell), RUN_OK, "the same settings leave it");
    cell->settings.epochs++;
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0);
    cr_expect_eq(run_look(&run, cell), RUN_MISSING);
    free(folder);
    run_release(&run);
    place_remove(&place);
}

/* ---- what cells left ---- */

Test(run, knows_ok_failed_and_missing_cells)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    cr_assert_eq(fixture_write_result(&run, 0, "ok", ""), RUN_OK);
    cr_assert_eq(fixture_write_result(&run, 1, "failed", "why"), RUN_FAILED);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[1]), RUN_FAILED);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[2]), RUN_MISSING);
    struct run_counts counts = run_count(&run);
    cr_expect_eq(counts.ok, 1);
    cr_expect_eq(counts.failed, 1);
    cr_expect_eq(counts.missing, 1);
    cr_expect_eq(counts.changed, 0);
    run_release(&run);
    place_remove(&place);
}

Test(run, takes_a_damaged_result_for_none)
{
    static const char *const damaged[] = {"",   "cell,status\n", "cell,status\nx,ok\n", "cell,status\nx\n",
                                          "\"", "status\nok\n"};
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        fixture_write_result(&run, 0, "ok", "");
        char *folder = run_cell_folder(&run, &run.grid.cells[0], &error);
        fixture_write(folder, "result.csv", damaged[i]);
        free(folder);
        cr_assert_eq(run_look(&run, &run.grid.cells[0]), RUN_MISSING, "'%s'", damaged[i]);
    }
    run_release(&run);
    place_remove(&place);
}

/* It says nothing of its settings, so it is kept, and told to be of others. */
Test(run, keeps_a_result_of_an_earlier_version_as_one_of_other_settings)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    char *text;
    place_begin(&place, &run);
    char *folder = run_cell_folder(&run, &run.grid.cells[0], &error);
    cr_assert_geq(asprintf(&text, "cell,status,error,seed\n%s,ok,,0\n", run.grid.cells[0].name), 0);
    fixture_write(folder, "result.csv", text);
    cr_expect_eq(run_look(&run, &run.grid.cells[0]), RUN_OK);
    cr_expect(run_cell_is_changed(&run, &run.grid.cells[0]));
    free(text);
    free(folder);
    run_release(&run);
    place_remove(&place);
}

Test(run, sees_how_far_a_cell_is)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    struct cell_progress progress = cell_progress_read(&run, &run.grid.cells[0]);
    cr_expect_eq(progress.epoch, -1);
    cr_expect(isnan(progress.wall_seconds));
    fixture_write_epochs(&run, 0, 3);
    progress = cell_progress_read(&run, &run.grid.cells[0]);
    cr_expect_eq(progress.epoch, 2);
    cr_expect_eq(progress.test_recall_at_1, 0.25);
    cr_expect_eq(progress.wall_seconds, 2);
    run_release(&run);
    place_remove(&place);
}

/* Writes the epochs.csv of the run's first cell, a row for each of these (up to NULL), and looks how far it is. */
static struct cell_progress progress_with(const struct run *run, const char *columns, const char *const *rows)
{
    const struct cell *cell = &run->grid.cells[0];
    struct error error;
    char *folder = run_cell_folder(run, cell, &error), *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "cell,%s\n", columns);
    for (; *rows; rows++) fprintf(out, "%s,%s\n", cell->name, *rows);
    fclose(out);
    fixture_write(folder, "epochs.csv", text);
    free(text);
    free(folder);
    return cell_progress_read(run, cell);
}

Test(run, reckons_the_share_of_tables_that_have_none_by_epochs)
{
    struct place place = place_make("dataset: birds\nmodel: conv4\nepochs: 20\n");
    struct run run;
    place_begin(&place, &run);
    struct cell_progress progress = progress_with(&run, "epoch", (const char *const[]){"0", "5", NULL});
    cr_expect_eq(progress.epoch, 5);
    cr_expect_float_eq(progress.share, 0.25, 1e-12);
    cr_expect_eq(progress.epochs, 20);
    progress = progress_with(&run, "epoch,share_done", (const char *const[]){"0,0", "5,0.5", NULL});
    cr_expect_eq(progress.epochs, 10, "what is equal may leave fewer");
    run_release(&run);
    place_remove(&place);
}

Test(run, has_a_curve_of_validation_classes_or_else_of_test_classes)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    const struct cell *cell = &run.grid.cells[0];
    progress_with(&run, "epoch,test_recall_at_1,valid_recall_at_1",
                  (const char *const[]){"0,0.125,", "1,,", "2,0.5,", NULL});
    struct cell_curve curve = cell_curve_read(&run, cell);
    cr_expect(curve.count == 2 && curve.recall[0] == 0.125 && curve.recall[1] == 0.5 && !curve.is_valid);
    cell_curve_release(&curve);
    progress_with(&run, "epoch,test_recall_at_1,valid_recall_at_1", (const char *const[]){"0,0.125,0.25", NULL});
    curve = cell_curve_read(&run, cell);
    cr_expect(curve.count == 1 && curve.recall[0] == 0.25 && curve.is_valid);
    cell_curve_release(&curve);
    run_release(&run);
    place_remove(&place);
}
