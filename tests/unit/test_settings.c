/* test_settings.c - settings written as an experiment file are the settings that it is read as. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"
#include "harness/runs/grid.h"

static const char experiment_text[] = "dataset: \"a \\\"b\\\\ c: {#\"\n"
                                      "model: {name: conv4, embedding_size: 24, channels: 32}\n"
                                      "loss: [triplet, {name: circle, margin: 0.3, reduce: nonzero}]\n"
                                      "optimizer: {name: sgd, learning_rate: 0.123456789, momentum: 0.5}\n"
                                      "sampler: hard_classes\nprecision: bf16\nflip: false\n"
                                      "strategy: [first, random]\nportion: [0.25, 0.3333333]\n"
                                      "memory_bank: {size: [0, 64], start_epoch: 3, own_batch: detached}\n"
                                      "gradient_scale: [none, inverse_portion]\nseed: [0, 7]\n"
                                      "diagnostics: {every: 4, steps: true}\n";

/* The grid of a text. */
static void read_grid(const char *text, struct experiment *experiment, struct grid *grid)
{
    struct error error;
    char *folder = fixture_folder(), *path = file_join(folder, "e.yaml");
    cr_assert_eq(file_write(path, text, strlen(text), &error), 0);
    cr_assert_eq(experiment_read(experiment, path, &error), 0, "%s\n%s", error.message, text);
    cr_assert_eq(grid_init(grid, experiment, &error), 0, "%s", error.message);
    free(path);
    fixture_remove(folder);
}

Test(settings, written_are_read_as_one_cell_of_the_same_settings)
{
    struct experiment *all = calloc(2, sizeof *all), *one = all + 1;
    struct grid grid, single;
    read_grid(experiment_text, all, &grid);
    cr_assert_eq(grid.count, 64);
    for (int c = 0; c < grid.count; c += 5) {
        char *text = settings_text(&grid.cells[c].settings);
        read_grid(text, one, &single);
        cr_assert_eq(single.count, 1);
        char *again = settings_text(&single.cells[0].settings);
        cr_expect_str_eq(text, again);
        free(again);
        grid_release(&single);
        experiment_release(one);
        free(text);
    }
    grid_release(&grid);
    experiment_release(all);
    free(all);
}

Test(settings, of_different_cells_differ)
{
    struct experiment *all = calloc(1, sizeof *all);
    struct grid grid;
    read_grid(experiment_text, all, &grid);
    for (int a = 0; a < grid.count; a += 7)
        for (int b = a + 1; b < grid.count; b++) {
            char *first = settings_text(&grid.cells[a].settings), *second = settings_text(&grid.cells[b].settings);
            cr_expect_str_neq(first, second, "%s and %s", grid.cells[a].name, grid.cells[b].name);
            free(first);
            free(second);
        }
    grid_release(&grid);
    experiment_release(all);
    free(all);
}
