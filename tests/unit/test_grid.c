/* test_grid.c - the cells of an experiment: which there are, in which order, under which names. */
#include <criterion/criterion.h>

#include <ctype.h>

#include "tests/support/experiment_fixture.h"

/* The grid of an experiment on conv4 with the given lines besides. */
static struct made *make(const char *lines)
{
    char *text;
    cr_assert_geq(asprintf(&text, "dataset: birds\nmodel: conv4\n%s", lines), 0);
    struct made *made = made_of(text);
    free(text);
    return made;
}

static void refuses(const char *lines, const char *part)
{
    struct made *made = malloc(sizeof *made);
    struct error error;
    char *text;
    cr_assert_geq(asprintf(&text, "dataset: birds\nmodel: conv4\n%s", lines), 0);
    cr_assert_eq(made_read(made, text, NULL, 0, &error), -1, "%s", lines);
    cr_expect_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    cr_expect_null(made->grid.cells);
    free(text);
    free(made);
}

/* The grid's cells have these names, in this order. */
static void has_cells(const char *lines, const char *const *names, int count)
{
    struct made *made = make(lines);
    for (int c = 0; c < count && c < made->grid.count; c++) cr_expect_str_eq(made->grid.cells[c].name, names[c]);
    cr_expect_eq(made->grid.count, count, "%d cells", made->grid.count);
    made_release(made);
}

static int count_cells(const char *lines)
{
    struct made *made = make(lines);
    int count = made->grid.count;
    made_release(made);
    return count;
}

/* ---- which there are ---- */

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
    struct made *made = make("samples_per_class: [2, 4]\nbatch_size: [8, 16]\nportion: 0.25\n"
                             "strategy: [first, random]\nbackprop: [direct, two_pass]\nseed: 3\nepochs: 7\n");
    cr_assert_eq(made->grid.count, 16);
    for (int c = 0; c < made->grid.count; c++) {
        const struct cell *cell = &made->grid.cells[c];
        char name[CELL_NAME_SIZE];
        snprintf(name, sizeof name, "%s-b%d-m%d-p%.9g-%s-%s-s%d", cell->settings.sampler.plugin->name,
                 cell->settings.batch_size, cell->settings.samples_per_class, cell->settings.portion,
                 cell->settings.strategy.plugin->name, settings_backprop_names[cell->settings.backprop],
                 cell->settings.seed);
        cr_expect_str_eq(cell->name, name);
        cr_expect_eq(cell->settings.epochs, 7);
        cr_expect_eq(grid_find(&made->grid, name), cell, "%s is there twice", name);
        cr_expect_str_eq(cell->identity, "", "its inputs are not known yet");
    }
    made_release(made);
}

Test(grid, options_of_plugins_may_be_lists)
{
    cr_expect_eq(count_cells("loss: {name: triplet, margin: [0.05, 1]}\n"), 2);
    cr_expect_eq(count_cells("loss: {name: multi_similarity, alpha: [1, 2, 3], lambda: [0.25, 0.5]}\n"), 6);
    cr_expect_eq(count_cells("loss: [circle, {name: triplet, margin: [0.05, 1]}]\n"), 3);
    cr_expect_eq(count_cells("portion: 0.5\nstrategy: {name: selective, beta: [0.5, 4]}\nseed: [0, 1]\n"), 4);
    struct made *made = make("loss: {name: triplet, margin: [0.05, 1]}\n");
    char first[AXIS_VALUE_SIZE], second[AXIS_VALUE_SIZE];
    choice_format_options(&made->grid.cells[0].settings.loss, first, sizeof first);
    choice_format_options(&made->grid.cells[1].settings.loss, second, sizeof second);
    cr_expect_not_null(strstr(first, "margin=0.05"), "%s", first);
    cr_expect_not_null(strstr(second, "margin=1"), "%s", second);
    made_release(made);
}

Test(grid, models_of_a_list_bring_their_own_weights)
{
    struct made *made = make("epochs: 3\n");
    made_release(made);
    made = made_of("dataset: birds\nmodel: [{name: resnet18, weights: w/r18.safetensors, pixels: imagenet},\n"
                   "  {name: mobilenet_v2, weights: w/mv2.safetensors}, conv4]\nseed: [0, 1]\n");
    cr_assert_eq(made->grid.count, 6);
    static const char *const models[] = {"resnet18", "mobilenet_v2", "conv4"};
    static const char *const weights[] = {"w/r18.safetensors", "w/mv2.safetensors", ""};
    for (int c = 0; c < 6; c++) {
        const struct settings *settings = &made->grid.cells[c].settings;
        cr_expect_str_eq(settings->model.plugin->name, models[c / 2]);
        cr_expect_str_eq(settings->network.weights, weights[c / 2]);
        cr_expect_eq(settings->network.pixels, c / 2 == 0);
        cr_expect_eq(settings->seed, c % 2);
        cr_expect_not_null(strstr(made->grid.cells[c].name, models[c / 2]), "%s", made->grid.cells[c].name);
    }
    made_release(made);
}

/* ---- points that are one training ---- */

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
    struct made *made = make("batch_size: 8\nportion: [0.95, 1]\nstrategy: random\n");
    cr_assert_eq(made->grid.count, 1);
    cr_assert_str_eq(made->grid.cells[0].settings.strategy.plugin->name, "full");
    cr_assert_eq(made->grid.cells[0].settings.portion, 1);
    made_release(made);
}

Test(grid, portions_that_come_to_the_same_count_are_one_training)
{
    has_cells("batch_size: 16\nportion: [0.5, 0.51]\nstrategy: first\n",
              (const char *const[]){"balanced-b16-m4-p0.5-first-s0"}, 1); /* K = 8 */
    has_cells("batch_size: [16, 128]\nportion: [0.5, 0.51]\nstrategy: first\n",
              (const char *const[]){"balanced-b16-m4-p0.5-first-s0", "balanced-b128-m4-p0.5-first-s0",
                                    "balanced-b128-m4-p0.51-first-s0"},
              3);
    cr_expect_eq(count_cells("batch_size: 1000000\nportion: [0.1234561, 0.1234564]\nstrategy: first\n"), 1);
    cr_expect_eq(count_cells("batch_size: 1000000\nportion: [0.123456, 0.123457]\nstrategy: first\n"), 2);
}

Test(grid, auto_and_what_it_becomes_are_one_training)
{
    cr_expect_eq(count_cells("portion: 0.5\nstrategy: random\nbackprop: [auto, direct]\n"), 1);
    cr_expect_eq(count_cells("portion: 0.5\nstrategy: top_loss\nbackprop: [auto, two_pass]\n"), 1);
    cr_expect_eq(count_cells("portion: 0.5\nstrategy: random\nbackprop: [auto, direct, two_pass]\n"), 2);
    cr_expect_eq(count_cells("precision: [auto, bf16, f32]\n"), 2);
    cr_expect_eq(count_cells("loss: [triplet, {name: triplet, margin: 0.2}, {name: triplet, margin: 1}]\n"), 2);
    cr_expect_eq(count_cells("loss: {name: pn, soft_margin: [no, yes], margin: [auto, 0, 1]}\n"), 4);
    struct made *made = make("portion: 0.5\nstrategy: [random, top_loss]\n");
    for (int c = 0; c < made->grid.count; c++) {
        cr_expect_neq(made->grid.cells[c].settings.backprop, BACKPROP_AUTO);
        cr_expect_neq(made->grid.cells[c].settings.precision, PRECISION_AUTO);
    }
    made_release(made);
}

Test(grid, what_nothing_reads_tells_no_trainings_apart)
{
    cr_expect_eq(count_cells("optimizer: {name: adamw, momentum: [0.5, 0.9]}\n"), 1);
    cr_expect_eq(count_cells("optimizer: {name: sgd, momentum: [0.5, 0.9]}\n"), 2);
    cr_expect_eq(count_cells("optimizer: {name: sgd, beta1: [0.5, 0.9], beta2: [0.5, 0.9], epsilon: [1, 0.5]}\n"), 1);
    cr_expect_eq(count_cells("memory_bank: {size: [0, 8], start_epoch: [1, 2]}\n"), 3);
    cr_expect_eq(count_cells("gradient_scale: [none, inverse_portion]\n"), 1, "at p = 1");
}

Test(grid, values_given_twice_are_one_cell)
{
    has_cells("seed: [1, 1]\nportion: [1, 1.0]\n", (const char *const[]){"balanced-b64-m4-p1-full-s1"}, 1);
    static const char *const names[] = {"balanced-b64-m4-p0.5-first-s0", "balanced-b64-m4-p0.5-random-s0"};
    has_cells("portion: 0.5\nstrategy: [first, {name: first}, random, first]\n", names, 2);
}

/* ---- names ---- */

Test(grid, names_tell_options_that_are_not_at_their_defaults)
{
    static const char *const names[] = {"balanced-b8-m4-p0.5-selective-s0", "balanced-b8-m4-p0.5-selective-beta4-s0"};
    char *lines;
    const struct plugin *selective = plugin_find(strategy_registry, "strategy", "selective", &(struct error){""});
    cr_assert_geq(asprintf(&lines, "batch_size: 8\nportion: 0.5\nstrategy: {name: selective, beta: [%s, 4]}\n",
                           option_find(selective->fields, "beta")->fallback),
                  0);
    has_cells(lines, names, 2);
    free(lines);
    has_cells("optimizer: {learning_rate: [1e-3, 0.01]}\n",
              (const char *const[]){"balanced-b64-m4-p1-full-lr0.001-s0", "balanced-b64-m4-p1-full-lr0.01-s0"}, 2);
    has_cells("gradient_scale: inverse_portion\nportion: 0.5\nstrategy: random\naccumulate: 2\nmemory_bank: 64\n",
              (const char *const[]){"balanced-b64-m4-p0.5-random-inverse_portion-a2-bank64-s0"}, 1);
}

static int has_name(const struct made *made, const char *name)
{
    return grid_find(&made->grid, name) != NULL;
}

/* Whatever the order of the lists, and however they grow, the cells keep their names. */
Test(grid, names_come_from_options_and_never_from_a_place_in_a_list)
{
    static const char *const lists[] = {
        "loss: [{name: triplet, margin: 0.05}, {name: triplet, margin: 1}, circle]\nseed: [0, 1]\n",
        "seed: [1, 0]\nloss: [circle, {name: triplet, margin: 1}, {name: triplet, margin: 0.05}]\n",
        "loss: [{name: triplet, margin: 0.5}, circle, {name: triplet, margin: [1, 0.05]}]\nseed: [2, 1, 0]\n",
    };
    struct made *first = make(lists[0]);
    cr_assert_eq(first->grid.count, 6);
    for (int l = 1; l < 3; l++) {
        struct made *other = make(lists[l]);
        for (int c = 0; c < 6; c++) {
            const struct cell *cell = &first->grid.cells[c];
            cr_assert(has_name(other, cell->name), "%s", cell->name);
            char *mine = settings_text(&cell->settings),
                 *theirs = settings_text(&grid_find(&other->grid, cell->name)->settings);
            cr_expect_str_eq(mine, theirs);
            free(mine);
            free(theirs);
        }
        made_release(other);
    }
    made_release(first);
}

Test(grid, names_of_different_trainings_differ)
{
    struct made *made = made_of("dataset: birds\nmodel: [{name: conv4, weights: a/w.safetensors},\n"
                                "  {name: conv4, weights: b/w.safetensors}]\n");
    cr_assert_eq(made->grid.count, 2);
    cr_expect_str_neq(made->grid.cells[0].name, made->grid.cells[1].name);
    made_release(made);
}

Test(grid, names_make_folders)
{
    struct made *made =
        make("portion: [0.000001, 0.1, 1]\nstrategy: [random, random]\nseed: 2147483647\n"
             "batch_size: [1000000, 4]\nsamples_per_class: 2\nbackprop: two_pass\n"
             "optimizer: {learning_rate: [1, 2], warmup: [0, 1], weight_decay: [0, 1], beta1: [0, 0.5],\n"
             "  beta2: [0, 0.5], epsilon: [0.12345678, 0.123456789], final_learning_rate: [0, 1]}\n"
             "loss: {name: circle, margin: [0.123456, 0.1234567]}\n");
    for (int c = 0; c < made->grid.count; c++) {
        const char *name = made->grid.cells[c].name;
        cr_assert_lt(strlen(name), 230);
        cr_assert(isalnum((unsigned char)name[0]));
        for (const char *at = name; *at; at++)
            cr_assert(isalnum((unsigned char)*at) || strchr("-_.", *at), "'%c' in %s", *at, name);
        cr_assert_eq(grid_find(&made->grid, name), &made->grid.cells[c], "%s", name);
    }
    made_release(made);
}

/* Files of weights with names of 190 letters that differ in the last. */
Test(grid, names_that_no_folder_holds_end_with_a_hash)
{
    enum { LETTERS = 190, LONGEST = 200 };
    char file[LETTERS], text[3 * LETTERS];
    memset(file, 'w', LETTERS - 1);
    file[LETTERS - 1] = '\0';
    snprintf(text, sizeof text, "dataset: birds\nmodel: {name: conv4, weights: [%s1, %s2]}\n", file, file);
    struct made *made = made_of(text);
    const char *first = made->grid.cells[0].name, *second = made->grid.cells[1].name;
    cr_expect_eq(strlen(first), LONGEST + strlen("-s0"));
    cr_expect_eq(strncmp(first, second, LONGEST - 20), 0);
    cr_expect_str_neq(first, second);
    made_release(made);
}

/* ---- points that cannot be ---- */

Test(grid, leaves_out_points_that_cannot_be_and_says_why)
{
    struct made *made = make("strategy: [first, full]\nportion: [1, 0.5]\n");
    cr_expect_eq(made->grid.count, 2); /* full at 1, first at 0.5 */
    cr_assert_eq(made->grid.left_out_count, 1);
    cr_expect_eq(made->grid.left_out[0].count, 1);
    cr_expect_not_null(strstr(made->grid.left_out[0].reason, "strategy full"), "%s", made->grid.left_out[0].reason);
    cr_expect_not_null(strstr(made->grid.left_out[0].first, "p0.5-full"), "%s", made->grid.left_out[0].first);
    made_release(made);

    made = make("portion: 0.5\nstrategy: [random, top_loss, hardest]\nbackprop: [direct, two_pass]\nseed: [0, 1]\n");
    cr_expect_eq(made->grid.count, 8);
    cr_assert_eq(made->grid.left_out_count, 2);    /* one reason for each strategy, */
    cr_expect_eq(made->grid.left_out[0].count, 2); /* for both seeds */
    cr_expect_not_null(strstr(made->grid.left_out[0].reason, "direct"), "%s", made->grid.left_out[0].reason);
    cr_expect_not_null(strstr(made->grid.left_out[0].reason, "top_loss"), "%s", made->grid.left_out[0].reason);
    made_release(made);

    made = make("memory_bank: [0, 8]\nloss: [circle, proxy_anchor]\n");
    cr_expect_eq(made->grid.count, 3);
    cr_expect_eq(made->grid.left_out_count, 1);
    made_release(made);
}

Test(grid, with_nothing_left_is_refused)
{
    refuses("strategy: full\nportion: 0.5\n", "strategy full");
    refuses("strategy: full\nportion: 0.5\n", "0.5");
    refuses("strategy: full\nportion: [0.25, 0.5]\n", "no point of the grid can be trained");
    refuses("portion: 0.5\nstrategy: [top_loss, hardest]\nbackprop: direct\n", "direct");
}

Test(grid, refuses_more_cells_than_are_run)
{
    char lines[4096] = "", *end = lines;
    static const char *const keys[] = {"seed", "batch_size", "samples_per_class"};
    for (int k = 0; k < 3; k++) {
        end += sprintf(end, "%s: [2", keys[k]);
        for (int i = 1; i < EXPERIMENT_VALUES_MAX; i++) end += sprintf(end, ", %d", i + 2);
        end += sprintf(end, "]\n");
    }
    refuses(lines, "more than 10000 cells");
}

Test(grid, finds_no_cell_that_is_not_there)
{
    struct made *made = make("");
    cr_assert_null(grid_find(&made->grid, "balanced-b64-m4-p1-full-s1"));
    cr_assert_null(grid_find(&made->grid, ""));
    made_release(made);
    struct grid none = {0};
    cr_assert_null(grid_find(&none, "x"));
    grid_release(&none);
}
