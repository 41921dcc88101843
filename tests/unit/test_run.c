/* test_run.c - a run's folder: begun, resumed, refused to others, deleted, opened by those who watch. */
#include <criterion/criterion.h>

#include "tests/support/place_fixture.h"

/* ---- begin, resume, refuse ---- */

Test(run, begins_with_a_copy_of_the_experiment)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    char *kept = fixture_read(place.out, "experiment.yaml");
    cr_assert_str_eq(kept, three_seeds);
    cr_assert_str_eq(run.folder, place.out);
    cr_assert_eq(run.grid.count, 3);
    free(kept);
    run_release(&run);
    place_remove(&place);
}

Test(run, records_what_set_changes)
{
    static const char *const sets[] = {"seed=[4, 5]"};
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    cr_assert_eq(run_begin(&run, place.experiment, sets, 1, place.out, &error), 0, "%s", error.message);
    cr_assert_eq(run_identify(&run, place.data, 1, 1, &error), 0, "%s", error.message);
    cr_assert_eq(run_keep(&run, &error), 0, "%s", error.message);
    run_release(&run);
    char *kept = fixture_read(place.out, "experiment.yaml");
    cr_expect_not_null(strstr(kept, "set: ['seed=[4, 5]']\n"), "%s", kept);
    free(kept);
    cr_assert_eq(run_open(&run, place.out, &error), 0, "%s", error.message);
    cr_assert_eq(run.grid.count, 2);
    cr_expect_eq(run.grid.cells[1].settings.seed, 5);
    run_release(&run);
    place_remove(&place);
}

Test(run, resumes_the_same_experiment_and_keeps_its_cells)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    fixture_write_result(&run, 1, "ok", "");
    run_release(&run);
    place_begin(&place, &run);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[1]), RUN_OK);
    cr_assert_not(run_cell_is_changed(&run, &run.grid.cells[1]));
    run_release(&run);
    place_remove(&place);
}

Test(run, takes_over_another_experiment_and_leaves_what_cells_left)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    fixture_write_result(&run, 0, "ok", "");
    run_release(&run);
    place_begin_with(&place, &run, "dataset: birds\nmodel: conv4\nseed: [0, 1, 3]\n"); /* as long as the other */
    char *kept = fixture_read(place.out, "experiment.yaml");
    cr_assert_not_null(strstr(kept, "[0, 1, 3]"));
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    free(kept);
    run_release(&run);
    place_remove(&place);
}

Test(run, keeps_other_drivers_out_until_released)
{
    struct place place = place_make(three_seeds);
    struct run first, second;
    struct error error;
    place_begin(&place, &first);
    cr_assert_eq(run_begin(&second, place.experiment, NULL, 0, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "another partgrad run is working in"), "%s", error.message);
    run_release(&first);
    place_begin(&place, &second);
    run_release(&second);
    place_remove(&place);
}

Test(run, sees_which_cells_run)
{
    struct place place = place_make(three_seeds);
    struct run run, watcher;
    struct error error;
    place_begin(&place, &run);
    cr_assert_eq(run_open(&watcher, place.out, &error), 0);
    cr_assert_not(run_cell_is_running(&watcher, &watcher.grid.cells[0]));
    cr_assert_eq(run_lock_cell(&run, &run.grid.cells[0], &error), 0, "%s", error.message);
    cr_assert(run_cell_is_running(&watcher, &watcher.grid.cells[0]));
    cr_assert_not(run_cell_is_running(&watcher, &watcher.grid.cells[1]));
    run_release(&run);
    cr_assert_not(run_cell_is_running(&watcher, &watcher.grid.cells[0]));
    run_release(&watcher);
    place_remove(&place);
}

Test(run, does_not_bring_a_deleted_folder_back)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    fixture_remove(strdup(place.out));
    cr_assert_null(run_cell_folder(&run, &run.grid.cells[0], &error));
    cr_assert_not_null(strstr(error.message, "deleted or moved"), "%s", error.message);
    cr_assert_not(file_exists(place.out));
    run_release(&run);
    place_remove(&place);
}

Test(run, of_a_bad_experiment_makes_no_folder)
{
    static const char *const bad[] = {"dataset: birds\n",
                                      "dataset: birds\nmodel: conv4\nstrategy: full\nportion: 0.5\n"};
    for (int i = 0; i < 2; i++) {
        struct place place = place_make(bad[i]);
        struct run run;
        struct error error;
        cr_assert_eq(run_begin(&run, place.experiment, NULL, 0, place.out, &error), -1);
        cr_assert_eq(fixture_count(place.folder), 2, "%s", error.message); /* the experiment and the data */
        place_remove(&place);
    }
}

Test(run, says_where_a_folder_cannot_be_made)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    fixture_write(place.folder, "results", "a file in the way");
    cr_assert_eq(run_begin(&run, place.experiment, NULL, 0, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "results"), "%s", error.message);
    place_remove(&place);
}

Test(run, releases_a_zeroed_run)
{
    struct run *run = calloc(1, sizeof *run);
    run_release(run);
    free(run);
}

/* ---- opening ---- */

Test(run, opens_what_was_begun_with_the_same_identities)
{
    struct place place = place_make(three_seeds);
    struct run run, opened;
    struct error error;
    cr_assert_eq(run_open(&run, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "experiment.yaml"));
    place_begin(&place, &run);
    fixture_write_result(&run, 1, "ok", "");
    cr_assert_eq(run_open(&opened, place.out, &error), 0, "%s", error.message);
    cr_assert_eq(opened.grid.count, 3);
    for (int c = 0; c < 3; c++) {
        cr_expect_str_eq(opened.grid.cells[c].name, run.grid.cells[c].name);
        cr_expect_str_eq(opened.grid.cells[c].identity, run.grid.cells[c].identity);
        cr_expect_eq(strlen(opened.grid.cells[c].identity), IDENTITY_SIZE - 1);
        cr_expect_eq(run_cell_status(&opened, &opened.grid.cells[c]), c == 1 ? RUN_OK : RUN_MISSING);
        cr_expect_not(run_cell_is_changed(&opened, &opened.grid.cells[c]));
    }
    run_release(&opened);
    run_release(&run);
    place_remove(&place);
}

/* The grid in the folder is of another experiment than the file: nothing is known to have been trained by it. */
Test(run, opened_with_an_experiment_that_was_not_run_takes_no_result_for_its_own)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    for (int c = 0; c < 3; c++) fixture_write_result(&run, c, "ok", "");
    run_release(&run);
    fixture_write(place.out, "experiment.yaml", "dataset: birds\nmodel: conv4\nseed: [0, 1, 2]\nepochs: 20\n");
    cr_assert_eq(run_open(&run, place.out, &error), 0, "%s", error.message);
    for (int c = 0; c < 3; c++) cr_expect(run_cell_is_changed(&run, &run.grid.cells[c]));
    cr_expect_eq(run_count(&run).changed, 3);
    run_release(&run);
    place_remove(&place);
}

Test(run, opens_one_cell_by_its_own_folder)
{
    struct place place = place_make(three_seeds);
    struct run run, opened;
    struct error error;
    place_begin(&place, &run);
    fixture_write_result(&run, 2, "ok", "");
    const struct cell *cell = &run.grid.cells[2];
    cr_assert_eq(run_open_cell(&opened, place.out, cell->name, &error), 0, "%s", error.message);
    cr_assert_eq(opened.grid.count, 1);
    cr_expect_str_eq(opened.grid.cells[0].name, cell->name);
    cr_expect_str_eq(opened.grid.cells[0].identity, cell->identity);
    cr_expect_eq(opened.grid.cells[0].settings.seed, 2);
    cr_expect_eq(run_cell_status(&opened, &opened.grid.cells[0]), RUN_OK);
    run_release(&opened);
    cr_assert_eq(run_open_cell(&opened, place.out, "nonsense", &error), -1);
    cr_expect_not_null(strstr(error.message, "has no cell nonsense"), "%s", error.message);
    run_release(&run);
    place_remove(&place);
}
