/* plot_fixture.h - figures of the plots of a run, before they are drawn. */
#ifndef PARTGRAD_TESTS_SUPPORT_PLOT_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_PLOT_FIXTURE_H

#include "harness/reports/comparison/groups.h"
#include "harness/reports/plots/plots.h"
#include "tests/support/run_fixture.h"

/* The run, and the figure of one of its plots. */
struct drawn {
    struct results results;
    struct variation variation;
    struct groups groups;
    struct figure figure;
};

static inline void draw_of(struct drawn *drawn, const char *folder, const char *name)
{
    struct results_source source = {folder, -1, NULL};
    const struct plot *plot = plots;
    struct error error;
    cr_assert_eq(results_read(&drawn->results, &source, 1, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(variation_init(&drawn->variation, &drawn->results, &error), 0, "%s", error.message);
    cr_assert_eq(groups_make(&drawn->groups, &drawn->results, &error), 0, "%s", error.message);
    cr_assert_eq(groups_read_epochs(&drawn->groups, &error), 0, "%s", error.message);
    cr_assert_eq(groups_read_steps(&drawn->groups, &error), 0, "%s", error.message);
    while (strcmp(plot->name, name) != 0) plot++;
    struct plot_input input = {&drawn->groups, &drawn->variation};
    cr_assert_eq(plot_make(&drawn->figure, plot, &input, &error), 0, "%s", error.message);
}

static inline void forget(struct drawn *drawn)
{
    figure_release(&drawn->figure);
    groups_release(&drawn->groups);
    variation_release(&drawn->variation);
    results_release(&drawn->results);
}

static inline int is_means(const struct figure_series *series)
{
    return series->layer == FIGURE_MEANS && series->point_count > 0;
}

/* Draws a plot of a table written by hand. */
static inline void draw_table(struct drawn *drawn, const char *table, const char *name)
{
    char *parent = fixture_folder(), *folder = run_fixture_put(parent, "a", "cells.csv", table);
    draw_of(drawn, folder, name);
    free(folder);
    fixture_remove(parent);
}

#endif
