/* test_declaration.c - contrasts: what experiment files declare, what a run keeps of it, and what it calls late. */
#include <criterion/criterion.h>

#include "harness/runs/declaration.h"
#include "tests/support/experiment_fixture.h"

#define BIRDS "dataset: birds\nmodel: conv4\nstrategy: [random, first]\nportion: [0.5, 1]\n"

static void read_text(struct experiment *experiment, const char *text)
{
    struct error error;
    cr_assert_eq(fixture_read_bytes(experiment, text, strlen(text), NULL, 0, &error), 0, "%s", error.message);
}

static void refuses_at(const char *text, int line, const char *part)
{
    struct experiment experiment;
    struct error error;
    char start[32];
    snprintf(start, sizeof start, "e.yaml:%d: ", line);
    cr_assert_eq(fixture_read_bytes(&experiment, text, strlen(text), NULL, 0, &error), -1, "%s", text);
    cr_expect_eq(strncmp(error.message, start, strlen(start)), 0, "'%s' is not at line %d", error.message, line);
    cr_expect(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
}

Test(declaration, makes_a_contrast_for_each_metric)
{
    struct experiment experiment;
    read_text(&experiment,
              BIRDS "contrasts:\n  - {metric: [test_map_at_r, gap_loss], factor: strategy, reference: full,\n"
                    "     by: [loss, portion], family: rivals}\n"
                    "  - {metric: test_map_at_r, factor: portion, reference: 1}\n"
                    "  - {metric: test_map_at_r, factor: portion, reference: 1}\n");
    const struct contrasts *contrasts = &experiment.contrasts;
    cr_assert_eq(contrasts->count, 3, "each once");
    cr_expect_str_eq(contrasts->contrast[1].metric, "gap_loss");
    cr_expect_str_eq(contrasts->contrast[1].by, "loss,portion");
    cr_expect_str_eq(contrasts->contrast[1].family, "rivals");
    cr_expect_str_eq(contrasts->contrast[2].family, "contrasts");
    cr_expect_str_eq(contrasts->contrast[2].by, "");
    experiment_release(&experiment);
}

Test(declaration, names_the_line_of_what_cannot_be)
{
    refuses_at(BIRDS "contrasts: 3\n", 5, "a contrast is a mapping");
    refuses_at(BIRDS "contrasts:\n  - {metric: test_map, factor: strategy, reference: full}\n", 6,
               "no metric 'test_map'");
    refuses_at(BIRDS "contrasts:\n  - {metric: [], factor: strategy, reference: full}\n", 6, "1 to 16");
    refuses_at(BIRDS "contrasts:\n  - {metric: gap_loss, factor: [strategy], reference: full}\n", 6, "one value");
    refuses_at(BIRDS "contrasts:\n  - {metric: gap_loss, factor: stategy, reference: full}\n", 6,
               "did you mean 'strategy'?");
    refuses_at(BIRDS "contrasts:\n  - metric: gap_loss\n    factor: strategy\n    refrence: full\n", 8,
               "did you mean 'reference'?");
    refuses_at(BIRDS "contrasts:\n  - {metric: gap_loss, reference: full}\n", 6, "a metric, a factor and a reference");
    refuses_at(BIRDS "cases:\n  - {contrasts: []}\n", 6, "key 'contrasts' belongs at the top level");
}

/* What declaration_check says of a contrast against this reference; "" if it has nothing against it. */
static void expect_check(const char *factor, const char *reference, int status)
{
    struct experiment experiment;
    struct grid grid;
    struct error error;
    char text[512];
    snprintf(text, sizeof text,
             BIRDS "loss: {name: triplet, margin: [0.1, 1]}\ncontrasts: "
                   "{metric: gap_loss, factor: %s, reference: '%s'}\n",
             factor, reference);
    read_text(&experiment, text);
    cr_assert_eq(grid_init(&grid, &experiment, &error), 0, "%s", error.message);
    cr_expect_eq(declaration_check(&experiment.contrasts, &grid, &error), status, "%s %s", factor, reference);
    grid_release(&grid);
    experiment_release(&experiment);
}

Test(declaration, must_have_its_reference_in_the_grid)
{
    expect_check("strategy", "full", 0);
    expect_check("strategy", "random", 0);
    expect_check("portion", "1.0", 0);
    expect_check("loss", "triplet{margin: 1}", 0);
    expect_check("group", "full, p = 1", 0); /* whole settings have names only once there are results */
    expect_check("strategy", "hardest", -1);
    expect_check("portion", "0.25", -1);
    expect_check("loss", "trip", -1);
}

/* ---- what is kept ---- */

static void declare(struct contrasts *contrasts, const char *metric)
{
    struct error error;
    struct contrast contrast = {
        .family = "f", .metric = (char *)metric, .factor = "strategy", .reference = "full", .by = NULL};
    cr_assert_eq(contrasts_add(contrasts, &contrast, &error), 0);
}

/* "metric+ metric-": of the folder, a minus for what is late. */
static void expect_kept(const char *folder, const char *expected)
{
    struct contrasts kept;
    struct error error;
    char text[256] = "";
    cr_assert_eq(contrasts_read(&kept, folder, &error), 0, "%s", error.message);
    for (int c = 0; c < kept.count; c++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s%c", c ? " " : "", kept.contrast[c].metric,
                 kept.contrast[c].is_late ? '-' : '+');
    }
    cr_expect_str_eq(text, expected);
    contrasts_release(&kept);
}

Test(declaration, is_late_once_a_cell_has_begun_and_never_taken_back)
{
    struct contrasts first = {0}, second = {0}, none = {0};
    struct error error;
    char *folder = fixture_folder(), *cells = file_join(folder, "cells");
    declare(&first, "a");
    declare(&first, "b");
    declare(&second, "b");
    declare(&second, "c");
    cr_assert_eq(declaration_keep(&none, folder, &error), 0);
    cr_expect_eq(fixture_count(folder), 0, "what declares nothing leaves no file");
    cr_assert_eq(declaration_keep(&first, folder, &error), 0);
    expect_kept(folder, "a+ b+");
    cr_assert_eq(declaration_keep(&second, folder, &error), 0);
    expect_kept(folder, "b+ c+");
    cr_assert_eq(file_make_folder(cells, &error), 0);
    cr_assert_eq(declaration_keep(&first, folder, &error), 0);
    expect_kept(folder, "b+ c+ a-");
    cr_assert_eq(declaration_keep(&none, folder, &error), 0);
    expect_kept(folder, "b+ c+ a-");
    contrasts_release(&first);
    contrasts_release(&second);
    free(cells);
    fixture_remove(folder);
}
