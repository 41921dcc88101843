/* test_grid.c - the cells of an experiment: which there are, in which order, under which names. */
#include <criterion/criterion.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"
#include "harness/runs/grid.h"

struct made {
    struct experiment experiment;
    struct grid grid;
};

/* The grid of an experiment on conv4 with the given lines besides. */
static int make(struct made *made, const char *lines, struct error *error)
{
    char *folder = fixture_folder(), *path = file_join(folder, "e.yaml"), *text;
    cr_assert_geq(asprintf(&text, "dataset: birds\nmodel: conv4\n%s", lines), 0);
    cr_assert_eq(file_write(path, text, strlen(text), error), 0);
    cr_assert_eq(experiment_read(&made->experiment, path, error), 0, "%s", error->message);
    int status = grid_init(&made->grid, &made->experiment, error);
    free(text);
    free(path);
    fixture_remove(folder);
    return status;
}

static struct made *must_make(const char *lines)
{
    struct made *made = calloc(1, sizeof *made);
    struct error error;
    cr_assert_eq(make(made, lines, &error), 0, "%s", error.message);
    return made;
}

static void unmake(struct made *made)
{
    grid_release(&made->grid);
    experiment_release(&made->experiment);
    free(made);
}

/* The grid's cells have these names, in this order. */
static void has_cells(const char *lines, const char *const *names, int count)
{
    struct made *made = must_make(lines);
    for (int c = 0; c < count && c < made->grid.count; c++) cr_assert_str_eq(made->grid.cells[c].name, names[c]);
    cr_assert_eq(made->grid.count, count);
    unmake(made);
}

Test(grid, of_single_values_is_one_cell)
{
    has_cells("", (const char *const[]){"balanced-b64-m4-p1-full-s0"}, 1);
}

Test(grid, spans_every_axis_with_the_seed_fastest)
{
    static const char *const names[] = {
        "balanced-b8-m2-p0.25-first-s0",  "balanced-b8-m2-p0.25-first-s1",   "balanced-b8-m2-p0.25-random-s0",
        "balanced-b8-m2-p0.25-random-s1", "balanced-b8-m2-p0.5-first-s0",    "balanced-b8-m2-p0.5-first-s1",
        "balanced-b8-m2-p0.5-random-s0",  "balanced-b8-m2-p0.5-random-s1",   "balanced-b16-m2-p0.25-first-s0",
        "balanced-b16-m2-p0.25-first-s1", "balanced-b16-m2-p0.25-random-s0", "balanced-b16-m2-p0.25-random-s1",
        "balanced-b16-m2-p0.5-first-s0",  "balanced-b16-m2-p0.5-first-s1",   "balanced-b16-m2-p0.5-random-s0",
        "balanced-b16-m2-p0.5-random-s1",
    };
    has_cells(
        "samples_per_class: 2\nbatch_size: [8, 16]\nportion: [0.25, 0.5]\nstrategy: [first, random]\nseed: [0, 1]\n",
        names, 16);
}

Test(grid, cells_hold_the_values_of_their_names)
{
    struct made *made =
        must_make("samples_per_class: [2, 4]\nbatch_size: [8, 16]\nportion: 0.25\nstrategy: [first, random]\n"
                  "backprop: [direct, two_pass]\nseed: 3\nepochs: 7\n");
    cr_assert_eq(made->grid.count, 16);
    for (int c = 0; c < made->grid.count; c++) {
        const struct cell *cell = &made->grid.cells[c];
        char name[CELL_NAME_SIZE];
        snprintf(name, sizeof name, "%s-b%d-m%d-p%.9g-%s-%s-s%d", cell->settings.sampler.plugin->name,
                 cell->settings.batch_size, cell->settings.samples_per_class, cell->settings.portion,
                 cell->settings.strategy.plugin->name, settings_backprop_names[cell->settings.backprop],
                 cell->settings.seed);
        cr_assert_str_eq(cell->name, name);
        cr_assert_eq(cell->settings.epochs, 7);
        cr_assert_eq(grid_find(&made->grid, name), cell, "%s is there twice", name);
    }
    unmake(made);
}

Test(grid, whole_batches_collapse_to_full)
{
    static const char *const names[] = {
        "balanced-b8-m4-p0.5-first-s0",  "balanced-b8-m4-p0.5-first-s1", "balanced-b8-m4-p0.5-random-s0",
        "balanced-b8-m4-p0.5-random-s1", "balanced-b8-m4-p1-full-s0",    "balanced-b8-m4-p1-full-s1",
    };
    has_cells("batch_size: 8\nportion: [0.5, 1]\nstrategy: [first, random]\nseed: [0, 1]\n", names, 6);
}

Test(grid, portions_that_round_to_the_whole_batch_are_full)
{
    struct made *made = must_make("batch_size: 8\nportion: [0.95, 1]\nstrategy: random\n");
    cr_assert_eq(made->grid.count, 1);
    cr_assert_str_eq(made->grid.cells[0].settings.strategy.plugin->name, "full");
    cr_assert_eq(made->grid.cells[0].settings.portion, 1);
    unmake(made);
}

Test(grid, values_given_twice_are_one_cell)
{
    has_cells("seed: [1, 1]\nportion: [1, 1.0]\n", (const char *const[]){"balanced-b64-m4-p1-full-s1"}, 1);
    static const char *const names[] = {"balanced-b64-m4-p0.5-first-s0", "balanced-b64-m4-p0.5-random-s0"};
    has_cells("portion: 0.5\nstrategy: [first, {name: first}, random, first]\n", names, 2);
}

Test(grid, plugins_with_other_options_are_numbered)
{
    static const struct field fields[] = {{"power", "of the share", OPTION_REAL, 0, NULL, 0, 0, NULL}, {0}};
    static const struct plugin plugin = {"share", "", fields, sizeof(double)};
    static const double powers[] = {1, 2, 1, 3};
    static const char *const names[] = {"balanced-b8-m4-p0.5-share-s0", "balanced-b8-m4-p0.5-share.2-s0",
                                        "balanced-b8-m4-p0.5-share.3-s0"};
    struct made *made = must_make("batch_size: 8\n");
    grid_release(&made->grid);
    made->experiment.portion.reals[0] = 0.5;
    for (int i = 0; i < 4; i++) made->experiment.strategy.choices[i] = (struct choice){&plugin, &powers[i]};
    made->experiment.strategy.count = 4;
    struct error error;
    cr_assert_eq(grid_init(&made->grid, &made->experiment, &error), 0);
    cr_assert_eq(made->grid.count, 3);
    for (int c = 0; c < 3; c++) cr_assert_str_eq(made->grid.cells[c].name, names[c]);
    cr_assert_eq(made->grid.cells[2].settings.strategy.options, &powers[3]);
    unmake(made);
}

Test(grid, names_make_folders)
{
    struct made *made = must_make("portion: [0.000001, 0.1, 1]\nstrategy: [random, random]\nseed: 2147483647\n"
                                  "batch_size: [1000000, 2]\nsamples_per_class: 1000000\nbackprop: two_pass\n");
    for (int c = 0; c < made->grid.count; c++) {
        const char *name = made->grid.cells[c].name;
        cr_assert_lt(strlen(name), CELL_NAME_SIZE - 1);
        cr_assert(isalnum((unsigned char)name[0]));
        for (const char *at = name; *at; at++)
            cr_assert(isalnum((unsigned char)*at) || strchr("-_.", *at), "'%c' in %s", *at, name);
    }
    unmake(made);
}

Test(grid, portions_a_hair_apart_are_two_cells)
{
    struct made *made = must_make("batch_size: 1000000\nportion: [0.1234561, 0.1234564]\nstrategy: first\n");
    cr_assert_eq(made->grid.count, 2); /* K = 123456 for both, but that is the file's business */
    unmake(made);
}

Test(grid, refuses_full_with_a_smaller_portion)
{
    struct made made = {0};
    struct error error;
    cr_assert_eq(make(&made, "strategy: [first, full]\nportion: [1, 0.5]\n", &error), -1);
    cr_assert_not_null(strstr(error.message, "full"));
    cr_assert_not_null(strstr(error.message, "0.5"));
    cr_assert_null(made.grid.cells);
    experiment_release(&made.experiment);
}

Test(grid, refuses_more_cells_than_are_run)
{
    char lines[4096] = "", *end = lines;
    static const char *const keys[] = {"seed", "batch_size", "samples_per_class"};
    for (int k = 0; k < 3; k++) {
        end += sprintf(end, "%s: [2", keys[k]);
        for (int i = 1; i < AXIS_MAX; i++) end += sprintf(end, ", %d", i + 2);
        end += sprintf(end, "]\n");
    }
    struct made *made = calloc(1, sizeof *made);
    struct error error;
    cr_assert_eq(make(made, lines, &error), -1);
    cr_assert_not_null(strstr(error.message, "262144 cells"), "%s", error.message);
    cr_assert_null(made->grid.cells);
    experiment_release(&made->experiment);
    free(made);
}

Test(grid, finds_no_cell_that_is_not_there)
{
    struct made *made = must_make("");
    cr_assert_null(grid_find(&made->grid, "balanced-b64-m4-p1-full-s1"));
    cr_assert_null(grid_find(&made->grid, ""));
    unmake(made);
    struct grid none = {0};
    cr_assert_null(grid_find(&none, "x"));
    grid_release(&none);
}
