/* test_plot_tuned.c - what tuning came to, as pictures: values that were tried, and validation against test classes. */
#include "harness/reports/plots/plots.h"
#include "tests/support/cells_fixture.h"

static const char trained[] =
    "cell,status,dataset,model,loss,strategy,batch_size,portion,seed,valid_map_at_r,test_map_at_r\n"
    "a,ok,d,m,l,full,64,1,0,0.2,0.3\nb,ok,d,m,l,full,64,1,1,0.4,0.5\n"
    "c,ok,d,m,l,first,64,0.5,0,0.2,0.25\nd,ok,d,m,l,random,64,0.5,0,0.1,0.2\n";

/* Two points of the grid, two rates each, one of which has two folds; the second point chose at the edge. */
static const char tried[] =
    "point,optimizer_learning_rate,validation_fold,seed,metric,value,mean,spread,chosen,at_edge,cell\n"
    "b64-p1-full,0.001,0,0,valid_map_at_r,0.2,0.3,0.1,1,,a\n"
    "b64-p1-full,0.001,1,0,valid_map_at_r,0.4,0.3,0.1,1,,b\n"
    "b64-p1-full,0.0001,0,0,valid_map_at_r,0.1,0.1,,0,,x\n"
    "b64-p0.5-random,0.0001,0,0,valid_map_at_r,0.5,0.5,,1,low,d\n"
    "b64-p0.5-random,0.001,0,0,valid_map_at_r,,,,0,,y\n";

struct drawn {
    char *folder;
    struct shown shown;
    struct figure figure;
};

static void draw(struct drawn *drawn, const char *name, const char *tuning)
{
    const struct plot *plot = plots;
    struct error error;
    while (strcmp(plot->name, name) != 0) plot++;
    drawn->folder = make_parent();
    put_file(drawn->folder, "cells.csv", strdup(trained), strlen(trained));
    if (tuning) put_file(drawn->folder, "tuning.csv", strdup(tuning), strlen(tuning));
    read_runs(&drawn->shown, &drawn->folder, 1);
    struct plot_input input = {&drawn->shown.groups, &drawn->shown.variation};
    cr_assert_eq(plot_make(&drawn->figure, plot, &input, &error), 0, "%s", error.message);
}

static void forget(struct drawn *drawn)
{
    char *path = file_join(drawn->folder, "tuning.csv");
    unlink(path);
    free(path);
    figure_release(&drawn->figure);
    release_runs(&drawn->shown);
    remove_run(drawn->folder);
}

/* The series of a layer in a panel. */
static const struct figure_series *find(const struct figure *figure, int panel, enum figure_layer layer)
{
    for (int s = 0; s < figure->series_count; s++)
        if (figure->series[s].panel == panel && figure->series[s].layer == layer) return &figure->series[s];
    cr_assert_fail("panel %d has no layer %d", panel, layer);
    return NULL;
}

Test(plot_tuned, has_a_panel_for_each_point_with_rates_in_their_order_and_rings_about_the_chosen)
{
    struct drawn drawn;
    draw(&drawn, "tuned", tried);
    const struct figure *figure = &drawn.figure;
    cr_assert_eq(figure->panel_count, 2);
    cr_expect_str_eq(figure->panels[0].title, "p1-full");
    cr_expect_str_eq(figure->panels[1].title, "p0.5-random");
    const struct figure_series *means = find(figure, 0, FIGURE_MEANS), *ring = find(figure, 0, FIGURE_OVER);
    cr_assert_eq(means->point_count, 2);
    cr_expect(means->points[0].x == 1 && means->points[1].x == 2, "0.0001 is before 0.001");
    cr_expect_float_eq(means->points[1].y, 0.3, 1e-12);
    cr_expect_float_eq(means->points[1].low, 0.2, 1e-12);
    cr_expect_float_eq(means->points[1].high, 0.4, 1e-12);
    cr_expect_eq(find(figure, 0, FIGURE_SEEDS)->point_count, 3, "each fold is a point");
    cr_expect_eq(ring->points[0].x, 2);
    cr_expect_eq(find(figure, 1, FIGURE_OVER)->points[0].x, 1);
    cr_expect_eq(find(figure, 1, FIGURE_MEANS)->point_count, 1, "a trial without a value has no point");
    forget(&drawn);
}

Test(plot_tuned, names_a_choice_at_the_edge_and_says_in_words_what_was_chosen)
{
    struct drawn drawn;
    draw(&drawn, "tuned", tried);
    const struct figure *figure = &drawn.figure;
    int edges[2] = {0};
    for (int l = 0; l < figure->label_count; l++)
        if (strcmp(figure->labels[l].text, "at an edge") == 0) edges[figure->labels[l].panel]++;
    cr_expect(edges[0] == 0 && edges[1] == 1);
    cr_expect_str_eq(figure->x.title, "optimizer_learning_rate");
    cr_expect_not_null(strstr(figure->description, "b64-p1-full: 0.001 chosen."), "%s", figure->description);
    cr_expect_not_null(strstr(figure->description, "b64-p0.5-random: 0.0001 chosen."), "%s", figure->description);
    forget(&drawn);
}

Test(plot_tuned, is_empty_where_nothing_was_tuned)
{
    struct drawn drawn;
    draw(&drawn, "tuned", NULL);
    cr_expect_eq(drawn.figure.series_count, 0);
    forget(&drawn);
}

/* Means (0.3, 0.4), (0.2, 0.25), (0.1, 0.2): the correlation is 0.02 / sqrt(0.02 * 0.0216667) = 0.96. */
Test(plot_tuned, validation_against_test_has_the_correlation_of_the_settings_means)
{
    struct drawn drawn;
    draw(&drawn, "validation-test", NULL);
    const struct figure *figure = &drawn.figure;
    int means = 0, seeds = 0;
    for (int s = 0; s < figure->series_count; s++) {
        if (figure->series[s].layer == FIGURE_MEANS) means += figure->series[s].point_count;
        if (figure->series[s].layer == FIGURE_SEEDS) seeds += figure->series[s].point_count;
    }
    cr_expect_eq(means, 3);
    cr_expect_eq(seeds, 2, "of the only setting with two");
    cr_expect_not_null(strstr(figure->description, "3 settings, correlation of their means 0.96"), "%s",
                       figure->description);
    forget(&drawn);
}
