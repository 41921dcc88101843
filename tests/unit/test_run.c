/* test_run.c - a run's folder: begun, gone on with, refused to others, and its CSV files gathered from the cells'. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"
#include "harness/tables/column.h"
#include "base/csv.h"
#include "harness/runs/run.h"

static const char two_seeds[] = "dataset: birds\nmodel: conv4\nseed: [0, 1, 2]\n";

/* A folder with an experiment file in it, and where its run will be. */
struct place {
    char *folder, *experiment, *out;
};

static struct place make_place(const char *text)
{
    struct error error;
    char *folder = fixture_folder();
    struct place place = {folder, file_join(folder, "e.yaml"), file_join(folder, "results/e")};
    cr_assert_eq(file_write(place.experiment, text, strlen(text), &error), 0);
    return place;
}

static void remove_place(struct place *place)
{
    free(place->experiment);
    free(place->out);
    fixture_remove(place->folder);
}

static void begin(struct run *run, const struct place *place)
{
    struct error error;
    cr_assert_eq(run_begin(run, place->experiment, place->out, &error), 0, "%s", error.message);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    struct error error;
    char *path = file_join(folder, "%s", name);
    cr_assert_eq(file_write(path, text, strlen(text), &error), 0, "%s", error.message);
    free(path);
}

static char *read_file(const char *folder, const char *name)
{
    struct error error;
    char *path = file_join(folder, "%s", name), *text;
    cr_assert_eq(file_read(path, 1 << 20, &text, NULL, &error), 0, "%s", error.message);
    free(path);
    return text;
}

/* A file of a cell with the columns' header and one row: `start`, then empty fields. */
static void write_cell_file(const struct run *run, int c, const char *name, const struct column *columns,
                            const char *start)
{
    struct error error;
    char *folder = run_cell_folder(run, &run->grid.cells[c], &error), *text;
    size_t size;
    int fields = 1;
    FILE *stream = open_memstream(&text, &size);
    column_write_header(stream, columns);
    for (const char *at = start; *at; at++) fields += *at == ',';
    fputs(start, stream);
    for (; columns[fields].name; fields++) fputc(',', stream);
    fputc('\n', stream);
    fclose(stream);
    write_file(folder, name, text);
    free(text);
    free(folder);
}

static void write_result(const struct run *run, int c, const char *start)
{
    write_cell_file(run, c, "result.csv", cell_columns, start);
}

/* ---- begin, go on, refuse ---- */

Test(run, begins_with_a_copy_of_the_experiment)
{
    struct place place = make_place(two_seeds);
    struct run run;
    begin(&run, &place);
    char *kept = read_file(place.out, "experiment.yaml");
    cr_assert_str_eq(kept, two_seeds);
    cr_assert_str_eq(run.folder, place.out);
    cr_assert_eq(run.grid.count, 3);
    free(kept);
    run_release(&run);
    remove_place(&place);
}

Test(run, goes_on_with_the_same_experiment_and_keeps_its_cells)
{
    struct place place = make_place(two_seeds);
    struct run run;
    begin(&run, &place);
    write_result(&run, 1, "x,ok");
    run_release(&run);
    begin(&run, &place);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[1]), RUN_OK);
    run_release(&run);
    remove_place(&place);
}

Test(run, takes_over_another_experiment_and_leaves_what_cells_left)
{
    struct place place = make_place(two_seeds);
    struct run run;
    begin(&run, &place);
    write_result(&run, 0, "x,ok");
    run_release(&run);
    write_file(place.folder, "e.yaml", "dataset: birds\nmodel: conv4\nseed: [0, 1, 3]\n"); /* as long as the other */
    begin(&run, &place);
    char *kept = read_file(place.out, "experiment.yaml");
    cr_assert_not_null(strstr(kept, "[0, 1, 3]"));
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    free(kept);
    run_release(&run);
    remove_place(&place);
}

Test(run, keeps_other_drivers_out_until_released)
{
    struct place place = make_place(two_seeds);
    struct run first, second;
    struct error error;
    begin(&first, &place);
    cr_assert_eq(run_begin(&second, place.experiment, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "another partgrad run works in"), "%s", error.message);
    run_release(&first);
    begin(&second, &place);
    run_release(&second);
    remove_place(&place);
}

Test(run, sees_which_cells_run)
{
    struct place place = make_place(two_seeds);
    struct run run, watcher;
    struct error error;
    begin(&run, &place);
    cr_assert_eq(run_open(&watcher, place.out, &error), 0);
    cr_assert_not(run_cell_is_running(&watcher, &watcher.grid.cells[0]));
    cr_assert_eq(run_lock_cell(&run, &run.grid.cells[0], &error), 0, "%s", error.message);
    cr_assert(run_cell_is_running(&watcher, &watcher.grid.cells[0]));
    cr_assert_not(run_cell_is_running(&watcher, &watcher.grid.cells[1]));
    run_release(&run);
    cr_assert_not(run_cell_is_running(&watcher, &watcher.grid.cells[0]));
    run_release(&watcher);
    remove_place(&place);
}

Test(run, does_not_bring_a_deleted_folder_back)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    fixture_remove(strdup(place.out));
    cr_assert_null(run_cell_folder(&run, &run.grid.cells[0], &error));
    cr_assert_not_null(strstr(error.message, "deleted or moved"), "%s", error.message);
    cr_assert_not(file_exists(place.out));
    run_release(&run);
    remove_place(&place);
}

Test(run, of_a_bad_experiment_makes_no_folder)
{
    static const char *const bad[] = {"dataset: birds\n",
                                      "dataset: birds\nmodel: conv4\nstrategy: full\nportion: 0.5\n"};
    for (int i = 0; i < 2; i++) {
        struct place place = make_place(bad[i]);
        struct run run;
        struct error error;
        cr_assert_eq(run_begin(&run, place.experiment, place.out, &error), -1);
        cr_assert_eq(fixture_count(place.folder), 1, "%s", error.message);
        remove_place(&place);
    }
}

Test(run, says_where_a_folder_cannot_be_made)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    write_file(place.folder, "results", "a file in the way");
    cr_assert_eq(run_begin(&run, place.experiment, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "results"), "%s", error.message);
    remove_place(&place);
}

Test(run, opens_what_was_begun_and_nothing_else)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    cr_assert_eq(run_open(&run, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "experiment.yaml"));
    begin(&run, &place);
    run_release(&run);
    cr_assert_eq(run_open(&run, place.out, &error), 0, "%s", error.message);
    cr_assert_eq(run.grid.count, 3);
    run_release(&run);
    remove_place(&place);
}

Test(run, releases_a_zeroed_run)
{
    struct run *run = calloc(1, sizeof *run);
    run_release(run);
    free(run);
}

/* ---- what cells left ---- */

Test(run, knows_ok_failed_and_missing_cells)
{
    struct place place = make_place(two_seeds);
    struct run run;
    begin(&run, &place);
    write_result(&run, 0, "x,ok");
    write_result(&run, 1, "x,failed,why");
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[1]), RUN_FAILED);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[2]), RUN_MISSING);
    run_release(&run);
    remove_place(&place);
}

Test(run, takes_a_damaged_result_for_none)
{
    static const char *const damaged[] = {"",   "cell,status\n", "cell,status\nx,ok\n", "cell,status\nx\n",
                                          "\"", "status\nok\n"};
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        char *folder = run_cell_folder(&run, &run.grid.cells[0], &error);
        write_file(folder, "result.csv", damaged[i]);
        free(folder);
        cr_assert_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_MISSING, "'%s'", damaged[i]);
    }
    run_release(&run);
    remove_place(&place);
}

/* Rows of the gathered cells.csv or epochs.csv. */
static struct csv_table gathered(const struct run *run, const char *name)
{
    struct csv_table table;
    struct error error;
    char *path = file_join(run->folder, "%s", name);
    cr_assert_eq(run_gather(run, &error), 0, "%s", error.message);
    cr_assert_eq(csv_read(&table, path, &error), 0, "%s", error.message);
    free(path);
    return table;
}

Test(run, gathers_headers_where_no_cell_is_done)
{
    struct place place = make_place(two_seeds);
    struct run run;
    begin(&run, &place);
    struct csv_table cells = gathered(&run, "cells.csv"), epochs = gathered(&run, "epochs.csv");
    cr_assert_eq(cells.row_count, 0);
    cr_assert_str_eq(cells.columns[0], "cell");
    cr_assert_eq(epochs.row_count, 0);
    csv_release(&cells);
    csv_release(&epochs);
    run_release(&run);
    remove_place(&place);
}

Test(run, gathers_rows_in_the_order_of_the_grid)
{
    struct place place = make_place(two_seeds);
    struct run run;
    begin(&run, &place);
    write_result(&run, 2, "third,ok");
    write_result(&run, 0, "first,failed,\"so \"\"it\"\"\n is\"");
    write_cell_file(&run, 2, "epochs.csv", epoch_columns, "third,full,64,1,2,0");
    struct csv_table cells = gathered(&run, "cells.csv"), epochs = gathered(&run, "epochs.csv");
    cr_assert_eq(cells.row_count, 2);
    cr_assert_str_eq(csv_text(&cells, 0, 0), "first");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "error")), "so \"it\"\n is");
    cr_assert_str_eq(csv_text(&cells, 1, 0), "third");
    cr_assert_eq(epochs.row_count, 1);
    cr_assert_str_eq(csv_text(&epochs, 0, 0), "third");
    csv_release(&cells);
    csv_release(&epochs);
    run_release(&run);
    remove_place(&place);
}

Test(run, gathering_again_gives_the_same_bytes)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    write_result(&run, 0, "first,failed,\"a\nb\"");
    write_result(&run, 1, "second,ok");
    cr_assert_eq(run_gather(&run, &error), 0);
    char *once = read_file(place.out, "cells.csv");
    cr_assert_eq(run_gather(&run, &error), 0);
    char *twice = read_file(place.out, "cells.csv");
    cr_assert_str_eq(once, twice);
    free(once);
    free(twice);
    run_release(&run);
    remove_place(&place);
}

Test(run, leaves_out_files_with_other_columns_and_runs_their_cells_again)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    write_result(&run, 0, "first,ok");
    char *folder = run_cell_folder(&run, &run.grid.cells[1], &error);
    write_file(folder, "result.csv", "cell,status,error,of_another_version\nsecond,ok,,\n");
    free(folder);
    struct csv_table cells = gathered(&run, "cells.csv");
    cr_assert_eq(cells.row_count, 1);
    cr_assert_str_eq(csv_text(&cells, 0, 0), "first");
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[1]), RUN_MISSING, "neither in cells.csv nor to be run");
    csv_release(&cells);
    run_release(&run);
    remove_place(&place);
}

Test(run, gathers_nothing_of_cells_that_are_not_in_the_grid)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    struct cell stranger = run.grid.cells[0];
    strcpy(stranger.name, "stranger");
    char *folder = run_cell_folder(&run, &stranger, &error);
    cr_assert_not_null(folder);
    cr_assert_eq(cell_write_failure(&stranger, folder, "no reason", &error), 0);
    struct csv_table cells = gathered(&run, "cells.csv");
    cr_assert_eq(cells.row_count, 0);
    csv_release(&cells);
    free(folder);
    run_release(&run);
    remove_place(&place);
}

Test(run, gathers_the_failure_that_was_written_for_a_cell)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    const struct cell *cell = &run.grid.cells[1];
    char *folder = run_cell_folder(&run, cell, &error);
    cr_assert_eq(cell_write_failure(cell, folder, "killed by signal 9", &error), 0);
    cr_assert_eq(run_cell_status(&run, cell), RUN_FAILED);
    struct csv_table cells = gathered(&run, "cells.csv");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "cell")), cell->name);
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "error")), "killed by signal 9");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "selected")), "64");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "test_recall_at_1")), "");
    csv_release(&cells);
    free(folder);
    run_release(&run);
    remove_place(&place);
}

Test(run, gather_fails_where_the_folder_is_gone_and_says_so)
{
    struct place place = make_place(two_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    fixture_remove(strdup(place.out));
    cr_assert_eq(run_gather(&run, &error), -1);
    cr_assert_not_null(strstr(error.message, "cells.csv"), "%s", error.message);
    run_release(&run);
    remove_place(&place);
}
