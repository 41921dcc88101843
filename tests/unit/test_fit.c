/* test_fit.c - the largest batch that a budget allows: it fits, one step more does not, and no other of all batches
 * that there are is larger and fits. */
#include <criterion/criterion.h>

#include "base/parallel.h"
#include "harness/runs/grid_fit.h"
#include "harness/runs/grid_table.h"
#include "harness/training/memory.h"
#include "tests/support/experiment_fixture.h"

static const char base[] = "dataset: birds\nmodel: {name: conv4, channels: 16, embedding_size: 16}\nimage_size: 16\n"
                           "samples_per_class: 2\n";

enum { FILLABLE = 40 };

static struct settings settings_of(struct made **made, const char *lines)
{
    char *text;
    cr_assert_geq(asprintf(&text, "%s%s", base, lines), 0);
    *made = made_of(text);
    free(text);
    return (*made)->grid.cells[0].settings;
}

static const int labels[] = {0, 1, 2, 3};
static const struct update_classes trained = {4, labels};

static size_t planned(struct settings settings, int batch_size, int micro_batch)
{
    struct update_plan plan;
    struct error error;
    settings.batch_size = batch_size;
    settings.micro_batch = micro_batch;
    cr_assert_eq(update_measure(&settings, &trained, &plan, &error), 0, "%s", error.message);
    return settings.memory_of == MEMORY_OF_ACTIVATIONS ? update_activation_bytes(&plan) : memory_tensor_bytes(&plan);
}

/* Of all batches and micro-batches there are. */
static struct fit search_all(const struct settings *settings, int most)
{
    struct fit best = {0};
    int asked = settings->micro_batch;
    for (int micro = asked ? asked : 1; micro <= (asked ? asked : 64); micro *= 2)
        for (int batch = 2 * settings->samples_per_class; batch <= most; batch += settings->samples_per_class)
            if (batch >= best.batch_size && planned(*settings, batch, micro) <= settings->memory)
                best = (struct fit){batch, micro};
    return best;
}

/* What is found is what looking at all finds. */
static void finds_the_largest(const char *lines)
{
    struct made *made;
    struct settings settings = settings_of(&made, lines);
    struct error error;
    struct fit fit, all;
    parallel_set_threads(1);
    all = search_all(&settings, FILLABLE);
    cr_assert_eq(fit_find(&settings, FILLABLE, &trained, &fit, &error), 0, "%s: %s", lines, error.message);
    cr_expect_eq(fit.batch_size, all.batch_size, "%s: %d, not %d", lines, fit.batch_size, all.batch_size);
    cr_expect_eq(fit.micro_batch, all.micro_batch, "%s", lines);
    cr_expect_eq(fit.bytes, planned(settings, fit.batch_size, fit.micro_batch), "%s", lines);
    cr_expect_leq(fit.bytes, settings.memory, "%s", lines);
    cr_expect_eq(fit.batch_size % settings.samples_per_class, 0);
    if (fit.bound == FIT_MEMORY) {
        cr_expect_eq(fit.next_batch_size, fit.batch_size + settings.samples_per_class);
        cr_expect_gt(fit.next_bytes, settings.memory, "%s", lines);
        cr_expect_eq(fit.next_bytes, planned(settings, fit.next_batch_size, fit.micro_batch), "%s", lines);
    } else {
        cr_expect_eq(fit.bound, FIT_CLASSES);
        cr_expect_eq(fit.batch_size, FILLABLE);
        cr_expect_eq(fit.next_batch_size, 0);
    }
    made_release(made);
}

/* Under `memory`, with a micro-batch of four unless they say another. */
static void finds_the_largest_of(const char *const *ways, size_t count, const char *memory, const char *micro_batch)
{
    for (size_t w = 0; w < count; w++) {
        char lines[256];
        snprintf(lines, sizeof lines, "batch_size: largest\nmemory: %s\nmicro_batch: %s\n%s", memory, micro_batch,
                 ways[w]);
        finds_the_largest(lines);
    }
}

Test(fit, finds_the_largest_batch_however_it_is_back_propagated)
{
    static const char *const ways[] = {
        "",
        "portion: 0.25\nstrategy: random\n",
        "portion: 0.25\nstrategy: random\nbackprop: two_pass\n",
        "portion: 0.25\nstrategy: top_loss\naccumulate: 3\n",
        "memory_bank: 64\n",
        "memory_of: activations\n",
    };
    finds_the_largest_of(ways, sizeof ways / sizeof *ways, "1300KiB", "4");
    finds_the_largest_of(ways, 2, "2MiB", "8");
}

Test(fit, finds_the_micro_batch_too)
{
    static const char *const ways[] = {"", "backprop: two_pass\n"};
    finds_the_largest_of(ways, 2, "1300KiB", "largest");
}

/* ---- other bounds ---- */

static void is_bounded(const char *lines, enum fit_bound bound, int batch_size)
{
    struct made *made;
    struct settings settings = settings_of(&made, lines);
    struct error error;
    struct fit fit;
    cr_assert_eq(fit_find(&settings, FILLABLE + 1, &trained, &fit, &error), 0, "%s: %s", lines, error.message);
    cr_expect_eq(fit.bound, bound, "%s", lines);
    cr_expect_eq(fit.batch_size, batch_size, "%s: %d", lines, fit.batch_size);
    fit_apply(&fit, &settings);
    cr_expect_not(settings_is_open(&settings));
    made_release(made);
}

static void refuses(const char *lines, const char *part)
{
    struct made *made;
    struct settings settings = settings_of(&made, lines);
    struct error error;
    struct fit fit;
    cr_assert_eq(fit_find(&settings, FILLABLE, &trained, &fit, &error), -1, "%s", lines);
    cr_expect_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    made_release(made);
}

Test(fit, keeps_to_the_classes_and_to_at_most)
{
    is_bounded("batch_size: largest\nmemory: 1GiB\n", FIT_CLASSES, FILLABLE);
    is_bounded("batch_size: {largest, at_most: 13}\nmemory: 1GiB\n", FIT_AT_MOST, 12);
    is_bounded("batch_size: {largest, at_most: 13}\n", FIT_AT_MOST, 12);
    is_bounded("batch_size: {largest, at_most: 4000}\n", FIT_CLASSES, FILLABLE);
    is_bounded("batch_size: 12\nmemory: 1GiB\n", FIT_GIVEN, 12);
    is_bounded("batch_size: 12\nbatch_at_most: 12\n", FIT_GIVEN, 12);
}

Test(fit, says_the_least_memory_where_nothing_fits)
{
    struct made *made;
    char least[64], told[OPTION_SIZE_TEXT];
    struct settings settings = settings_of(&made, "batch_size: largest\nmemory: 1KiB\n");
    parallel_set_threads(1);
    option_format_size((planned(settings, 4, 8) + (1 << 20) - 1) >> 20 << 20, told);
    made_release(made);
    snprintf(least, sizeof least, "the smallest takes %s", told);
    refuses("batch_size: largest\nmemory: 1KiB\n", least);
    refuses("batch_size: largest\nmemory: 1KiB\n", "no batch fits memory: 1KiB (tensors)");
    refuses("batch_size: 16\nmemory: 1KiB\n", "batch_size 16 does not fit memory: 1KiB");
    refuses("batch_size: 16\nbatch_at_most: 12\n", "more than at_most 12");
    refuses("batch_size: {largest, at_most: 1}\n", "at most 1 samples are fewer than 2");
    refuses("batch_size: largest\n", "needs a bound");
    refuses("batch_size: largest\nmemory: 1GiB\nportion: 0.5\n", "strategy full");
}

/* ---- in a grid ---- */

/* A grid on a small pack of three train classes of four images, fitted; NULL, and the reason, where it fails. */
static struct made *fit_grid(const char *lines, struct error *error)
{
    char *text, *folder = fixture_folder();
    cr_assert_geq(asprintf(&text, "%s%s", base, lines), 0);
    struct made *made = made_of(text);
    fixture_write_pack(folder, "birds", 0);
    int status = grid_fit(&made->grid, &made->experiment, folder, 1, error);
    fixture_remove(folder);
    free(text);
    if (status == 0) return made;
    made_release(made);
    return NULL;
}

Test(fit, a_batch_that_was_found_is_the_one_asked_for_by_number)
{
    struct error error;
    struct made *found = fit_grid("batch_size: largest\nmemory: [1GiB, 2GiB]\nseed: [0, 1]\n", &error);
    struct made *given = fit_grid("batch_size: 6\nseed: [0, 1]\n", &error);
    cr_assert(found && given, "%s", error.message);
    cr_assert_eq(found->grid.count, 2, "%d", found->grid.count);
    for (int c = 0; c < 2; c++) {
        char *one = made_text(found, c), *two = made_text(given, c);
        cr_expect_str_eq(one, two);
        cr_expect_str_eq(found->grid.cells[c].name, given->grid.cells[c].name);
        free(one);
        free(two);
    }
    cr_expect_eq(found->grid.batch_count, 4, "what each point came to is kept");
    cr_expect_eq(given->grid.batch_count, 0);
    cr_expect_eq(found->grid.batches[2].memory, (size_t)2 << 30);
    cr_expect_str_eq(found->grid.batches[2].training, found->grid.cells[0].training);
    made_release(found);
    made_release(given);
}

Test(fit, stands_in_a_list_with_numbers)
{
    struct error error;
    struct made *made = fit_grid("batch_size: [4, largest, {largest, at_most: 4}, 6]\nmemory: 1GiB\n", &error);
    cr_assert_not_null(made, "%s", error.message);
    cr_assert_eq(made->grid.count, 2);
    cr_expect_str_eq(made->grid.cells[0].name, "balanced-b4-m2-p1-full-s0");
    cr_expect_str_eq(made->grid.cells[1].name, "balanced-b6-m2-p1-full-s0");
    made_release(made);
}

Test(fit, points_that_do_not_fit_are_left_out_and_told)
{
    struct error error;
    struct made *made = fit_grid("batch_size: [4, largest]\nmemory: [1KiB, 1GiB]\n", &error);
    cr_assert_not_null(made, "%s", error.message);
    cr_expect_eq(made->grid.count, 2);
    cr_expect_eq(made->grid.left_out_count, 2);
    made_release(made);
    cr_expect_null(fit_grid("batch_size: largest\nmemory: 1KiB\n", &error));
    cr_expect_not_null(strstr(error.message, "the smallest takes"), "%s", error.message);
}

Test(fit, the_runs_folder_says_what_was_found)
{
    static const char lines[] = "batch_size: [largest, 4]\nmemory: [1KiB, 1GiB]\nseed: [3, 4]\n";
    struct error error;
    struct grid_table table;
    char *folder = fixture_folder();
    struct made *found = fit_grid(lines, &error), *read;
    cr_assert_not_null(found, "%s", error.message);
    cr_assert_eq(grid_table_write(&found->grid, folder, "0", &error), 0, "%s", error.message);
    cr_assert_eq(grid_fit_write(&found->grid, folder, &error), 0, "%s", error.message);
    settings_of(&read, lines);
    cr_expect_eq(read->grid.count, 8);
    cr_assert_eq(grid_fit_read(&read->grid, &read->experiment, folder, &error), 0);
    cr_assert_eq(grid_table_read(&table, &read->grid, folder, "0", &error), 0);
    cr_assert_eq(grid_table_take(&table, &read->grid, &error), 0);
    cr_assert_eq(read->grid.count, found->grid.count);
    for (int c = 0; c < read->grid.count; c++) {
        char *one = made_text(found, c), *two = made_text(read, c);
        cr_expect_str_eq(one, two);
        cr_expect_str_eq(found->grid.cells[c].name, read->grid.cells[c].name);
        free(one);
        free(two);
    }
    grid_table_release(&table);
    made_release(found);
    made_release(read);
    fixture_remove(folder);
}
