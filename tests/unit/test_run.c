/* test_run.c - a run's folder: begun, resumed, refused to others, its cells found by what they are, and its CSV files
 * gathered from the cells'. */
#include <criterion/criterion.h>

#include <math.h>
#include <utime.h>

#include "base/csv.h"
#include "harness/runs/change.h"
#include "harness/runs/cell_progress.h"
#include "harness/runs/run.h"
#include "harness/tables/column.h"
#include "harness/training/cell.h"
#include "tests/support/experiment_fixture.h"

static const char three_seeds[] = "dataset: birds\nmodel: conv4\nseed: [0, 1, 2]\n";

/* A folder with an experiment file in it, a pack, and where its run will be. */
struct place {
    char *folder, *experiment, *data, *out;
};

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

static struct place make_place(const char *text)
{
    char *folder = fixture_folder();
    struct place place = {folder, file_join(folder, "e.yaml"), file_join(folder, "data"),
                          file_join(folder, "results/e")};
    write_file(folder, "e.yaml", text);
    fixture_write_pack(place.data, "birds", 0);
    return place;
}

static void remove_place(struct place *place)
{
    free(place->experiment);
    free(place->data);
    free(place->out);
    fixture_remove(place->folder);
}

/* As `partgrad run` begins, up to its first cell; with what it says on stderr in `told`, if that is not NULL. */
static void begin_telling(struct run *run, const struct place *place, char *told, size_t size)
{
    struct error error;
    cr_assert_eq(run_begin(run, place->experiment, NULL, 0, place->out, &error), 0, "%s", error.message);
    cr_assert_eq(run_identify(run, place->data, 1, 1, &error), 0, "%s", error.message);
    FILE *kept = stderr, *stream = told ? fmemopen(told, size, "w") : NULL;
    if (told) memset(told, 0, size);
    if (stream) stderr = stream;
    cr_assert_eq(change_show(run, &error), 0, "%s", error.message);
    stderr = kept;
    if (stream) fclose(stream);
    cr_assert_eq(run_keep(run, &error), 0, "%s", error.message);
}

static void begin(struct run *run, const struct place *place)
{
    begin_telling(run, place, NULL, 0);
}

/* Begins with another experiment. */
static void begin_with(struct run *run, const struct place *place, const char *text)
{
    write_file(place->folder, "e.yaml", text);
    begin(run, place);
}

/* What a cell leaves that has ended, by the functions that cells use; returns how it is seen then. */
static enum run_status write_result(const struct run *run, int c, const char *status, const char *why)
{
    struct column_table columns;
    struct error error;
    const struct cell *cell = &run->grid.cells[c];
    struct cell_record record = {.status = status, .metrics = metrics_none(), .others_share = NAN, .cells_beside = NAN};
    char *folder = run_cell_folder(run, cell, &error);
    snprintf(record.error, sizeof record.error, "%s", why);
    columns_of_cells(&columns);
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0, "%s", error.message);
    cr_assert_eq(column_write_file(folder, "result.csv", &columns, cell, &record, sizeof record, 1, &error), 0);
    free(folder);
    return run_look(run, cell);
}

static void write_epochs(const struct run *run, int c, int count)
{
    struct column_table columns;
    struct error error;
    struct epoch_record records[8];
    const struct cell *cell = &run->grid.cells[c];
    char *folder = run_cell_folder(run, cell, &error);
    for (int e = 0; e < count; e++) {
        records[e] = (struct epoch_record){.epoch = e, .learning_rate = 0.5, .metrics = metrics_none()};
        records[e].metrics.wall_seconds = e;
        if (e == 1) records[e].metrics.test_recall_at_1 = 0.25;
    }
    columns_of_epochs(&columns);
    cr_assert_eq(column_write_file(folder, "epochs.csv", &columns, cell, records, sizeof *records, count, &error), 0);
    free(folder);
}

static int find_seed(const struct run *run, int seed)
{
    for (int c = 0; c < run->grid.count; c++)
        if (run->grid.cells[c].settings.seed == seed) return c;
    return -1;
}

/* ---- begin, resume, refuse ---- */

Test(run, begins_with_a_copy_of_the_experiment)
{
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    char *kept = read_file(place.out, "experiment.yaml");
    cr_assert_str_eq(kept, three_seeds);
    cr_assert_str_eq(run.folder, place.out);
    cr_assert_eq(run.grid.count, 3);
    free(kept);
    run_release(&run);
    remove_place(&place);
}

Test(run, records_what_set_changes)
{
    static const char *const sets[] = {"seed=[4, 5]"};
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    cr_assert_eq(run_begin(&run, place.experiment, sets, 1, place.out, &error), 0, "%s", error.message);
    cr_assert_eq(run_identify(&run, place.data, 1, 1, &error), 0, "%s", error.message);
    cr_assert_eq(run_keep(&run, &error), 0, "%s", error.message);
    run_release(&run);
    char *kept = read_file(place.out, "experiment.yaml");
    cr_expect_not_null(strstr(kept, "set: ['seed=[4, 5]']\n"), "%s", kept);
    free(kept);
    cr_assert_eq(run_open(&run, place.out, &error), 0, "%s", error.message);
    cr_assert_eq(run.grid.count, 2);
    cr_expect_eq(run.grid.cells[1].settings.seed, 5);
    run_release(&run);
    remove_place(&place);
}

Test(run, resumes_the_same_experiment_and_keeps_its_cells)
{
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    write_result(&run, 1, "ok", "");
    run_release(&run);
    begin(&run, &place);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[1]), RUN_OK);
    cr_assert_not(run_cell_is_changed(&run, &run.grid.cells[1]));
    run_release(&run);
    remove_place(&place);
}

Test(run, takes_over_another_experiment_and_leaves_what_cells_left)
{
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    write_result(&run, 0, "ok", "");
    run_release(&run);
    begin_with(&run, &place, "dataset: birds\nmodel: conv4\nseed: [0, 1, 3]\n"); /* as long as the other */
    char *kept = read_file(place.out, "experiment.yaml");
    cr_assert_not_null(strstr(kept, "[0, 1, 3]"));
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    free(kept);
    run_release(&run);
    remove_place(&place);
}

Test(run, keeps_other_drivers_out_until_released)
{
    struct place place = make_place(three_seeds);
    struct run first, second;
    struct error error;
    begin(&first, &place);
    cr_assert_eq(run_begin(&second, place.experiment, NULL, 0, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "another partgrad run is working in"), "%s", error.message);
    run_release(&first);
    begin(&second, &place);
    run_release(&second);
    remove_place(&place);
}

Test(run, sees_which_cells_run)
{
    struct place place = make_place(three_seeds);
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
    struct place place = make_place(three_seeds);
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
        cr_assert_eq(run_begin(&run, place.experiment, NULL, 0, place.out, &error), -1);
        cr_assert_eq(fixture_count(place.folder), 2, "%s", error.message); /* the experiment and the data */
        remove_place(&place);
    }
}

Test(run, says_where_a_folder_cannot_be_made)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    write_file(place.folder, "results", "a file in the way");
    cr_assert_eq(run_begin(&run, place.experiment, NULL, 0, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "results"), "%s", error.message);
    remove_place(&place);
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
    struct place place = make_place(three_seeds);
    struct run run, opened;
    struct error error;
    cr_assert_eq(run_open(&run, place.out, &error), -1);
    cr_assert_not_null(strstr(error.message, "experiment.yaml"));
    begin(&run, &place);
    write_result(&run, 1, "ok", "");
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
    remove_place(&place);
}

/* The grid in the folder is of another experiment than the file: nothing is known to have been trained by it. */
Test(run, opened_with_an_experiment_that_was_not_run_takes_no_result_for_its_own)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    for (int c = 0; c < 3; c++) write_result(&run, c, "ok", "");
    run_release(&run);
    write_file(place.out, "experiment.yaml", "dataset: birds\nmodel: conv4\nseed: [0, 1, 2]\nepochs: 20\n");
    cr_assert_eq(run_open(&run, place.out, &error), 0, "%s", error.message);
    for (int c = 0; c < 3; c++) cr_expect(run_cell_is_changed(&run, &run.grid.cells[c]));
    cr_expect_eq(run_count(&run).changed, 3);
    run_release(&run);
    remove_place(&place);
}

Test(run, opens_one_cell_by_its_own_folder)
{
    struct place place = make_place(three_seeds);
    struct run run, opened;
    struct error error;
    begin(&run, &place);
    write_result(&run, 2, "ok", "");
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
    remove_place(&place);
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
        struct place place = make_place(two_losses);
        struct run run;
        begin(&run, &place);
        for (int c = 0; c < 2; c++) write_result(&run, c, "ok", margin_of(&run.grid.cells[c]) > 0.1 ? "one" : "small");
        run_release(&run);
        begin_with(&run, &place, lists[l]);
        for (int c = 0; c < run.grid.count; c++) {
            const struct cell *cell = &run.grid.cells[c];
            cr_expect_eq(run_cell_status(&run, cell), margin_of(cell) == 0.5 ? RUN_MISSING : RUN_OK, "%s", cell->name);
            cr_expect_not(run_cell_is_changed(&run, cell), "%s", cell->name);
        }
        run_release(&run);
        remove_place(&place);
    }
}

/* A training keeps its folder although its name would be another now; a folder of that name is another training's. */
Test(run, matches_folders_by_what_was_trained_and_not_by_name)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    char *odd = file_join(place.out, "cells/odd"), *named = file_join(place.out, "cells/%s", run.grid.cells[1].name);
    for (int c = 0; c < 2; c++) write_result(&run, c, "ok", "");
    char *first = file_join(place.out, "cells/%s", run.grid.cells[0].name);
    fixture_remove(strdup(named));
    cr_assert_eq(rename(first, named), 0); /* seed 0 in the folder called seed 1 */
    run_release(&run);
    begin(&run, &place);
    const struct cell *zero = &run.grid.cells[find_seed(&run, 0)], *one = &run.grid.cells[find_seed(&run, 1)];
    cr_expect_not_null(strstr(zero->name, "-s1"), "%s", zero->name);
    cr_expect_str_neq(one->name, zero->name);
    cr_expect_eq(grid_find(&run.grid, one->name), one);
    cr_expect_eq(run_cell_status(&run, zero), RUN_MISSING, "its row is of another name");
    cr_expect_eq(run_cell_status(&run, one), RUN_MISSING);
    cr_expect_eq(write_result(&run, find_seed(&run, 1), "ok", ""), RUN_OK);
    cr_expect_eq(write_result(&run, find_seed(&run, 0), "ok", ""), RUN_OK);
    run_release(&run);
    cr_assert_eq(rename(named, odd), 0);
    begin(&run, &place);
    cr_expect_str_eq(run.grid.cells[find_seed(&run, 0)].name, "odd");
    cr_expect_eq(run_cell_status(&run, &run.grid.cells[find_seed(&run, 1)]), RUN_OK);
    cr_assert_eq(run_gather(&run, &error), 0, "%s", error.message);
    run_release(&run);
    free(odd);
    free(named);
    free(first);
    remove_place(&place);
}

Test(run, prefers_a_cell_s_own_folder_to_a_copy_of_it)
{
    struct place place = make_place("dataset: birds\nmodel: conv4\n");
    struct run run;
    begin(&run, &place);
    write_result(&run, 0, "ok", "");
    char *text = read_file(place.out, "cells/balanced-b64-m4-p1-full-s0/experiment.yaml");
    char *copy = file_join(place.out, "cells/a-copy");
    cr_assert_eq(file_make_folder(copy, &(struct error){""}), 0);
    write_file(copy, "experiment.yaml", text);
    run_release(&run);
    begin(&run, &place);
    cr_expect_str_eq(run.grid.cells[0].name, "balanced-b64-m4-p1-full-s0");
    cr_expect_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    run_release(&run);
    free(text);
    free(copy);
    remove_place(&place);
}

static void copy_file(const char *folder, const char *from, const char *to)
{
    char *text = read_file(folder, from);
    write_file(folder, to, text);
    free(text);
}

Test(run, counts_no_result_that_was_copied_from_another_cell)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    write_result(&run, 0, "ok", "");
    write_result(&run, 1, "failed", "why");
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
    remove_place(&place);
}

/* Its settings beside it are not those that its row was written with. */
Test(run, counts_no_result_whose_settings_were_exchanged)
{
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    for (int c = 0; c < 2; c++) write_result(&run, c, "ok", "");
    char *from = file_join("cells", "%s/experiment.yaml", run.grid.cells[0].name);
    char *to = file_join("cells", "%s/experiment.yaml", run.grid.cells[1].name);
    copy_file(place.out, from, to);
    cr_expect_eq(run_look(&run, &run.grid.cells[1]), RUN_MISSING);
    free(from);
    free(to);
    run_release(&run);
    remove_place(&place);
}

/* ---- inputs ---- */

Test(run, tells_of_a_pack_that_was_replaced_and_keeps_results_apart)
{
    char told[4096];
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    char before[IDENTITY_SIZE], checksum[64];
    strcpy(before, run.grid.cells[0].identity);
    snprintf(checksum, sizeof checksum, "%.16s", run.grid.cells[0].settings.inputs.pack);
    cr_expect_eq(strlen(checksum), 16);
    write_result(&run, 0, "ok", "");
    run_release(&run);
    fixture_write_pack(place.data, "birds", 1);
    begin_telling(&run, &place, told, sizeof told);
    cr_expect_str_neq(run.grid.cells[0].identity, before);
    cr_expect_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    cr_expect(run_cell_is_changed(&run, &run.grid.cells[0]), "its result is of the other pack");
    cr_expect_not(run_cell_is_changed(&run, &run.grid.cells[1]));
    cr_expect_not_null(strstr(told, "1 cells keep results from earlier settings"), "%s", told);
    cr_expect_not_null(strstr(told, checksum), "%s", told);
    cr_expect_not_null(strstr(told, "+ inputs: {pack_checksum: "), "%s", told);
    run_release(&run);
    fixture_write_pack(place.data, "birds", 0);
    begin_telling(&run, &place, told, sizeof told);
    cr_expect_str_eq(told, "");
    cr_expect_not(run_cell_is_changed(&run, &run.grid.cells[0]), "the first pack is back");
    run_release(&run);
    remove_place(&place);
}

static void refuses_inputs(const struct place *place, const char *part)
{
    struct run run;
    struct error error;
    cr_assert_eq(run_begin(&run, place->experiment, NULL, 0, place->out, &error), 0, "%s", error.message);
    cr_assert_eq(run_identify(&run, place->data, 1, 1, &error), -1);
    cr_expect_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    run_release(&run);
}

Test(run, does_not_begin_without_its_inputs_and_says_how_to_get_them)
{
    struct place place = make_place("dataset: fish\nmodel: conv4\n");
    refuses_inputs(&place, "'partgrad prepare' makes it");
    refuses_inputs(&place, "fish.pack");
    write_file(place.folder, "e.yaml", "dataset: birds\nmodel: {name: conv4, weights: no/such.safetensors}\n");
    refuses_inputs(&place, "weights no/such.safetensors are not there");
    write_file(place.folder, "e.yaml", "dataset: birds\nmodel: conv4\ninputs: {pack_checksum: 0123456789abcdef}\n");
    refuses_inputs(&place, "not the file that the settings require");
    remove_place(&place);
}

Test(run, does_not_begin_with_a_damaged_pack)
{
    struct place place = make_place(three_seeds);
    char *path = file_join(place.data, "birds.pack");
    FILE *file = fopen(path, "r+b");
    fseek(file, 3000, SEEK_SET);
    fputs("other pixels", file);
    fclose(file);
    refuses_inputs(&place, "birds.pack");
    fixture_cut(path, 0.5);
    refuses_inputs(&place, "birds.pack");
    free(path);
    remove_place(&place);
}

Test(run, the_weights_file_is_part_of_what_a_cell_is)
{
    struct place place = make_place("dataset: birds\nmodel: conv4\n");
    struct run run;
    char identity[2][IDENTITY_SIZE], *text;
    for (int w = 0; w < 2; w++) {
        write_file(place.folder, "w.safetensors", w ? "some" : "others");
        cr_assert_geq(
            asprintf(&text, "dataset: birds\nmodel: {name: conv4, weights: %s/w.safetensors}\n", place.folder), 0);
        begin_with(&run, &place, text);
        strcpy(identity[w], run.grid.cells[0].identity);
        cr_expect_eq(strlen(run.grid.cells[0].settings.inputs.weights), 16);
        run_release(&run);
        free(text);
    }
    cr_expect_str_neq(identity[0], identity[1]);
    remove_place(&place);
}

Test(run, threads_are_part_of_what_a_cell_is)
{
    struct place place = make_place("dataset: birds\nmodel: conv4\ninputs: {threads: [0, 3]}\n");
    struct run run;
    struct error error;
    char identity[IDENTITY_SIZE];
    begin(&run, &place);
    cr_assert_eq(run.grid.count, 2);
    cr_expect_eq(run.grid.cells[0].settings.inputs.threads, 1);
    cr_expect_eq(run.grid.cells[1].settings.inputs.threads, 3);
    strcpy(identity, run.grid.cells[0].identity);
    run_release(&run);
    cr_assert_eq(run_begin(&run, place.experiment, NULL, 0, place.out, &error), 0);
    cr_assert_eq(run_identify(&run, place.data, 2, 0, &error), 0, "%s", error.message);
    cr_expect_str_neq(run.grid.cells[0].identity, identity);
    run_release(&run);
    remove_place(&place);
}

/* Whatever becomes of a file while cells run is seen by its name, size, place and time. */
Test(run, sees_that_an_input_has_changed)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    struct input_marks marks;
    char *path = file_join(place.data, "birds.pack");
    begin(&run, &place);
    const struct settings *settings = &run.grid.cells[0].settings;
    cr_assert_eq(inputs_mark(&marks, settings, place.data, &error), 0, "%s", error.message);
    cr_expect_eq(inputs_check(&marks, settings, place.data, &error), 0);
    for (int change = 0; change < 4; change++) {
        struct utimbuf long_ago = {1000, 1000};
        cr_assert_eq(inputs_mark(&marks, settings, place.data, &error), 0, "%s", error.message);
        if (change == 0) fixture_write_pack(place.data, "birds", 1);
        if (change == 1) utime(path, &long_ago);
        if (change == 2) fixture_cut(path, 0.5);
        if (change == 3) unlink(path);
        cr_expect_eq(inputs_check(&marks, settings, place.data, &error), -1, "change %d", change);
        cr_expect_not_null(strstr(error.message, "birds.pack"), "%s", error.message);
    }
    cr_expect_eq(inputs_mark(&marks, settings, place.data, &error), -1);
    free(path);
    run_release(&run);
    remove_place(&place);
}

/* ---- what cells left ---- */

Test(run, knows_ok_failed_and_missing_cells)
{
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    cr_assert_eq(write_result(&run, 0, "ok", ""), RUN_OK);
    cr_assert_eq(write_result(&run, 1, "failed", "why"), RUN_FAILED);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[1]), RUN_FAILED);
    cr_assert_eq(run_cell_status(&run, &run.grid.cells[2]), RUN_MISSING);
    struct run_counts counts = run_count(&run);
    cr_expect_eq(counts.ok, 1);
    cr_expect_eq(counts.failed, 1);
    cr_expect_eq(counts.missing, 1);
    cr_expect_eq(counts.changed, 0);
    run_release(&run);
    remove_place(&place);
}

Test(run, takes_a_damaged_result_for_none)
{
    static const char *const damaged[] = {"",   "cell,status\n", "cell,status\nx,ok\n", "cell,status\nx\n",
                                          "\"", "status\nok\n"};
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        write_result(&run, 0, "ok", "");
        char *folder = run_cell_folder(&run, &run.grid.cells[0], &error);
        write_file(folder, "result.csv", damaged[i]);
        free(folder);
        cr_assert_eq(run_look(&run, &run.grid.cells[0]), RUN_MISSING, "'%s'", damaged[i]);
    }
    run_release(&run);
    remove_place(&place);
}

/* It says nothing of its settings, so it is kept, and told to be of others. */
Test(run, keeps_a_result_of_an_earlier_version_as_one_of_other_settings)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    char *text;
    begin(&run, &place);
    char *folder = run_cell_folder(&run, &run.grid.cells[0], &error);
    cr_assert_geq(asprintf(&text, "cell,status,error,seed\n%s,ok,,0\n", run.grid.cells[0].name), 0);
    write_file(folder, "result.csv", text);
    cr_expect_eq(run_look(&run, &run.grid.cells[0]), RUN_OK);
    cr_expect(run_cell_is_changed(&run, &run.grid.cells[0]));
    free(text);
    free(folder);
    run_release(&run);
    remove_place(&place);
}

Test(run, sees_how_far_a_cell_is)
{
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    struct cell_progress progress = cell_progress_read(&run, &run.grid.cells[0]);
    cr_expect_eq(progress.epoch, -1);
    cr_expect(isnan(progress.wall_seconds));
    write_epochs(&run, 0, 3);
    progress = cell_progress_read(&run, &run.grid.cells[0]);
    cr_expect_eq(progress.epoch, 2);
    cr_expect_eq(progress.test_recall_at_1, 0.25);
    cr_expect_eq(progress.wall_seconds, 2);
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
    struct place place = make_place(three_seeds);
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
    struct place place = make_place(three_seeds);
    struct run run;
    begin(&run, &place);
    write_result(&run, 2, "ok", "");
    write_result(&run, 0, "failed", "so \"it\"\n is");
    write_epochs(&run, 2, 2);
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
    remove_place(&place);
}

Test(run, gathering_again_gives_the_same_bytes)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    write_result(&run, 0, "failed", "a\nb");
    write_result(&run, 1, "ok", "");
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

/* What a file of an earlier version does not say of its settings is unknown; what it did not measure is empty. */
Test(run, gathers_files_of_earlier_versions_by_the_names_of_their_columns)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    char *text;
    begin(&run, &place);
    char *folder = run_cell_folder(&run, &run.grid.cells[1], &error);
    cr_assert_geq(asprintf(&text, "of_another_version,status,cell,seed\n7,ok,%s,1\n", run.grid.cells[1].name), 0);
    write_file(folder, "result.csv", text);
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
    remove_place(&place);
}

Test(run, gathers_nothing_of_cells_that_are_not_in_the_grid)
{
    struct place place = make_place(three_seeds);
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
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
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
    remove_place(&place);
}

Test(run, gather_fails_where_the_folder_is_gone_and_says_so)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    fixture_remove(strdup(place.out));
    cr_assert_eq(run_gather(&run, &error), -1);
    cr_assert_not_null(strstr(error.message, "has been deleted or moved"), "%s", error.message);
    run_release(&run);
    remove_place(&place);
}

/* ---- the settings beside a result ---- */

Test(run, a_result_of_other_settings_goes_before_a_cell_is_trained_again)
{
    struct place place = make_place(three_seeds);
    struct run run;
    struct error error;
    begin(&run, &place);
    write_result(&run, 0, "ok", "");
    struct cell *cell = &run.grid.cells[0];
    char *folder = run_cell_folder(&run, cell, &error);
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0);
    cr_expect_eq(run_look(&run, cell), RUN_OK, "the same settings leave it");
    cell->settings.epochs++;
    cr_assert_eq(cell_keep_settings(cell, folder, &error), 0);
    cr_expect_eq(run_look(&run, cell), RUN_MISSING);
    free(folder);
    run_release(&run);
    remove_place(&place);
}
