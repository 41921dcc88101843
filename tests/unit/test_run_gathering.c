/* test_run_gathering.c - cells.csv and epochs.csv of a run, gathered from its cells'. */
#include <criterion/criterion.h>

#include "base/csv.h"
#include "tests/support/place_fixture.h"

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
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    struct csv_table cells = gathered(&run, "cells.csv"), epochs = gathered(&run, "epochs.csv");
    cr_assert_eq(cells.row_count, 0);
    cr_assert_str_eq(cells.columns[0], "cell");
    cr_assert_eq(epochs.row_count, 0);
    csv_release(&cells);
    csv_release(&epochs);
    run_release(&run);
    place_remove(&place);
}

Test(run, gathers_rows_in_the_order_of_the_grid)
{
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    fixture_write_result(&run, 2, "ok", "");
    fixture_write_result(&run, 0, "failed", "so \"it\"\n is");
    fixture_write_epochs(&run, 2, 2);
    struct csv_table cells = gathered(&run, "cells.csv"), epochs = gathered(&run, "epochs.csv");
    cr_assert_eq(cells.row_count, 2);
    cr_assert_str_eq(csv_text(&cells, 0, 0), run.grid.cells[0].name);
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "error")), "so \"it\"\n is");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "settings")), run.grid.cells[0].identity);
    cr_assert_str_eq(csv_text(&cells, 1, 0), run.grid.cells[2].name);
    cr_assert_eq(epochs.row_count, 2);
    cr_assert_str_eq(csv_text(&epochs, 0, 0), run.grid.cells[2].name);
    csv_release(&cells);
    csv_release(&epochs);
    run_release(&run);
    place_remove(&place);
}

Test(run, gathering_again_gives_the_same_bytes)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    fixture_write_result(&run, 0, "failed", "a\nb");
    fixture_write_result(&run, 1, "ok", "");
    cr_assert_eq(run_gather(&run, &error), 0);
    char *once = fixture_read(place.out, "cells.csv");
    cr_assert_eq(run_gather(&run, &error), 0);
    char *twice = fixture_read(place.out, "cells.csv");
    cr_assert_str_eq(once, twice);
    free(once);
    free(twice);
    run_release(&run);
    place_remove(&place);
}

/* What a file of an earlier version does not say of its settings is unknown; what it did not measure is empty. */
Test(run, gathers_files_of_earlier_versions_by_the_names_of_their_columns)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    char *text;
    place_begin(&place, &run);
    char *folder = run_cell_folder(&run, &run.grid.cells[1], &error);
    cr_assert_geq(asprintf(&text, "of_another_version,status,cell,seed\n7,ok,%s,1\n", run.grid.cells[1].name), 0);
    fixture_write(folder, "result.csv", text);
    run_look(&run, &run.grid.cells[1]);
    struct csv_table cells = gathered(&run, "cells.csv");
    cr_assert_eq(cells.row_count, 1);
    cr_expect_str_eq(csv_text(&cells, 0, csv_column(&cells, "cell")), run.grid.cells[1].name);
    cr_expect_str_eq(csv_text(&cells, 0, csv_column(&cells, "status")), "ok");
    cr_expect_str_eq(csv_text(&cells, 0, csv_column(&cells, "seed")), "1");
    cr_expect_str_eq(csv_text(&cells, 0, csv_column(&cells, "epochs")), axis_unknown);
    cr_expect_str_eq(csv_text(&cells, 0, csv_column(&cells, "test_recall_at_1")), "");
    cr_expect_eq(csv_column(&cells, "of_another_version"), -1);
    csv_release(&cells);
    free(text);
    free(folder);
    run_release(&run);
    place_remove(&place);
}

Test(run, gathers_nothing_of_cells_that_are_not_in_the_grid)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
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
    place_remove(&place);
}

Test(run, gathers_the_failure_that_was_written_for_a_cell)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    const struct cell *cell = &run.grid.cells[1];
    char *folder = run_cell_folder(&run, cell, &error);
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0);
    cr_assert_eq(cell_write_failure(cell, folder, "killed by signal 9", &error), 0);
    cr_assert_eq(run_look(&run, cell), RUN_FAILED);
    struct csv_table cells = gathered(&run, "cells.csv");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "cell")), cell->name);
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "error")), "killed by signal 9");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "selected")), "64");
    cr_assert_str_eq(csv_text(&cells, 0, csv_column(&cells, "test_recall_at_1")), "");
    csv_release(&cells);
    free(folder);
    run_release(&run);
    place_remove(&place);
}

Test(run, gather_fails_where_the_folder_is_gone_and_says_so)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    place_begin(&place, &run);
    fixture_remove(strdup(place.out));
    cr_assert_eq(run_gather(&run, &error), -1);
    cr_assert_not_null(strstr(error.message, "has been deleted or moved"), "%s", error.message);
    run_release(&run);
    place_remove(&place);
}
