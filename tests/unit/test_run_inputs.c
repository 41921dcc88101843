/* test_run_inputs.c - the packs and weights that cells are trained on: asked for, part of what a cell is, and seen to
 * change. */
#include <criterion/criterion.h>
#include <utime.h>

#include "tests/support/place_fixture.h"

Test(run, tells_of_a_pack_that_was_replaced_and_keeps_results_apart)
{
    char told[4096];
    struct place place = place_make(three_seeds);
    struct run run;
    place_begin(&place, &run);
    char before[IDENTITY_SIZE], checksum[64];
    strcpy(before, run.grid.cells[0].identity);
    snprintf(checksum, sizeof checksum, "%.16s", run.grid.cells[0].settings.inputs.pack);
    cr_expect_eq(strlen(checksum), 16);
    fixture_write_result(&run, 0, "ok", "");
    run_release(&run);
    fixture_write_pack(place.data, "birds", 1);
    place_begin_telling(&place, &run, told, sizeof told);
    cr_expect_str_neq(run.grid.cells[0].identity, before);
    cr_expect_eq(run_cell_status(&run, &run.grid.cells[0]), RUN_OK);
    cr_expect(run_cell_is_changed(&run, &run.grid.cells[0]), "its result is of the other pack");
    cr_expect_not(run_cell_is_changed(&run, &run.grid.cells[1]));
    cr_expect_not_null(strstr(told, "1 cells keep results from earlier settings"), "%s", told);
    cr_expect_not_null(strstr(told, checksum), "%s", told);
    cr_expect_not_null(strstr(told, "+ inputs: {pack_checksum: "), "%s", told);
    run_release(&run);
    fixture_write_pack(place.data, "birds", 0);
    place_begin_telling(&place, &run, told, sizeof told);
    cr_expect_str_eq(told, "");
    cr_expect_not(run_cell_is_changed(&run, &run.grid.cells[0]), "the first pack is back");
    run_release(&run);
    place_remove(&place);
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
    struct place place = place_make("dataset: fish\nmodel: conv4\n");
    refuses_inputs(&place, "'partgrad prepare' makes it");
    refuses_inputs(&place, "fish.pack");
    fixture_write(place.folder, "e.yaml", "dataset: birds\nmodel: {name: conv4, weights: no/such.safetensors}\n");
    refuses_inputs(&place, "weights no/such.safetensors do not exist");
    fixture_write(place.folder, "e.yaml", "dataset: birds\nmodel: conv4\ninputs: {pack_checksum: 0123456789abcdef}\n");
    refuses_inputs(&place, "not the file that the settings require");
    place_remove(&place);
}

Test(run, does_not_begin_with_a_damaged_pack)
{
    struct place place = place_make(three_seeds);
    char *path = file_join(place.data, "birds.pack");
    FILE *file = fopen(path, "r+b");
    fseek(file, 3000, SEEK_SET);
    fputs("other pixels", file);
    fclose(file);
    refuses_inputs(&place, "birds.pack");
    fixture_cut(path, 0.5);
    refuses_inputs(&place, "birds.pack");
    free(path);
    place_remove(&place);
}

Test(run, the_weights_file_is_part_of_what_a_cell_is)
{
    struct place place = place_make("dataset: birds\nmodel: conv4\n");
    struct run run;
    char identity[2][IDENTITY_SIZE], *text;
    for (int w = 0; w < 2; w++) {
        fixture_write(place.folder, "w.safetensors", w ? "some" : "others");
        cr_assert_geq(
            asprintf(&text, "dataset: birds\nmodel: {name: conv4, weights: %s/w.safetensors}\n", place.folder), 0);
        place_begin_with(&place, &run, text);
        strcpy(identity[w], run.grid.cells[0].identity);
        cr_expect_eq(strlen(run.grid.cells[0].settings.inputs.weights), 16);
        run_release(&run);
        free(text);
    }
    cr_expect_str_neq(identity[0], identity[1]);
    place_remove(&place);
}

Test(run, threads_are_part_of_what_a_cell_is)
{
    struct place place = place_make("dataset: birds\nmodel: conv4\ninputs: {threads: [0, 3]}\n");
    struct run run;
    struct error error;
    char identity[IDENTITY_SIZE];
    place_begin(&place, &run);
    cr_assert_eq(run.grid.count, 2);
    cr_expect_eq(run.grid.cells[0].settings.inputs.threads, 1);
    cr_expect_eq(run.grid.cells[1].settings.inputs.threads, 3);
    strcpy(identity, run.grid.cells[0].identity);
    run_release(&run);
    cr_assert_eq(run_begin(&run, place.experiment, NULL, 0, place.out, &error), 0);
    cr_assert_eq(run_identify(&run, place.data, 2, 0, &error), 0, "%s", error.message);
    cr_expect_str_neq(run.grid.cells[0].identity, identity);
    run_release(&run);
    place_remove(&place);
}

/* Whatever becomes of a file while cells run is seen by its name, size, place and time. */
Test(run, sees_that_an_input_has_changed)
{
    struct place place = place_make(three_seeds);
    struct run run;
    struct error error;
    struct input_marks marks;
    char *path = file_join(place.data, "birds.pack");
    place_begin(&place, &run);
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
    place_remove(&place);
}
