/* test_series.c - the lines of plots: what each goes through, what keeps two apart, and how they look. */
#include "harness/reports/plots/layout.h"
#include "harness/reports/plots/series.h"
#include "tests/support/cells_fixture.h"

static const struct plot *find_plot(const char *name)
{
    const struct plot *plot = plots;
    while (strcmp(plot->name, name) != 0) plot++;
    return plot;
}

static struct series_list list_lines(const char *plot, const struct shown *shown)
{
    struct series_list list;
    struct error error;
    cr_assert_eq(series_list_init(&list, find_plot(plot), &shown->groups, &shown->variation, &error), 0, "%s",
                 error.message);
    return list;
}

static const struct series *find_line(const struct series_list *list, const char *label, int panel)
{
    for (int s = 0; s < list->count; s++)
        if (list->series[s].panel == panel && strcmp(list->series[s].label, label) == 0) return &list->series[s];
    cr_assert_fail("no line '%s' in panel %d", label, panel);
    return NULL;
}

/* A run made by hand, and the lines of one of its plots. */
struct drawn {
    struct hand_made made;
    struct series_list list;
};

static void show(struct drawn *drawn, const char *plot, const struct made *cells, int count)
{
    make_grid(&drawn->made, cells, count);
    drawn->list = list_lines(plot, &drawn->made.shown);
}

static void forget(struct drawn *drawn)
{
    series_list_release(&drawn->list);
    remove_grid(&drawn->made);
}

Test(series, end_every_strategy_at_the_whole_batch)
{
    struct drawn drawn;
    show(&drawn, "recall-portion", grid, GRID);
    const char *labels[] = {"first", "random"};
    cr_assert_eq(drawn.list.count, 3);
    for (int i = 0; i < 2; i++) {
        const struct series *line = find_line(&drawn.list, labels[i], 0);
        cr_assert_eq(line->point_count, 2);
        cr_assert_eq(line->points[0].x, 0.5);
        cr_assert_eq(line->points[1].x, 1);
        cr_assert_float_eq(line->points[1].mean, 0.71, 1e-9);
        cr_assert_float_eq(line->points[1].deviation, sqrt(0.0002), 1e-9);
    }
    forget(&drawn);
}

Test(series, have_a_panel_for_each_batch_size_and_a_color_for_each_strategy)
{
    struct drawn drawn;
    show(&drawn, "recall-portion", grid, GRID);
    cr_assert_eq(drawn.list.panel_count, 2);
    const struct series *small = find_line(&drawn.list, "first", 0), *large = find_line(&drawn.list, "first", 1);
    cr_assert_eq(small->look.color, large->look.color);
    cr_assert_eq(small->look.mark, large->look.mark);
    cr_assert_neq(small->look.color, find_line(&drawn.list, "random", 0)->look.color);
    cr_assert_str_eq(drawn.list.panel_title[1], "batch size 64");
    cr_assert(isnan(large->points[0].deviation), "one seed has no error bar");
    forget(&drawn);
}

Test(series, have_a_color_for_each_subject_where_there_is_one_strategy)
{
    const struct made cells[] = {{"first", 32, 0.5, "direct", 0, 0.5}, {"full", 32, 1, "direct", 0, 0.7}};
    const struct made other[] = {{"first", 32, 0.5, "direct", 0, 0.6}, {"full", 32, 1, "direct", 0, 0.8}};
    char *parent = make_parent(), *folders[] = {make_run(parent, "a", cells, 2), make_run(parent, "b", other, 2)};
    struct shown shown;
    read_runs(&shown, folders, 2);
    struct series_list list = list_lines("recall-portion", &shown);
    cr_assert_eq(list.count, 2);
    cr_assert_neq(find_line(&list, "a, first", 0)->look.color, find_line(&list, "b, first", 0)->look.color);
    series_list_release(&list);
    release_runs(&shown);
    for (int i = 0; i < 2; i++) remove_run(folders[i]);
    remove_parent(parent);
}

Test(series, share_a_line_against_the_batch_size)
{
    struct drawn drawn;
    show(&drawn, "memory-batch", grid, GRID);
    cr_assert_eq(drawn.list.panel_count, 1);
    cr_assert_eq(drawn.list.count, 2);
    const struct series *half = find_line(&drawn.list, "p = 0.5", 0);
    cr_assert_eq(half->point_count, 2);
    cr_assert_eq(half->points[1].x, 64);
    cr_assert_float_eq(half->points[1].mean, 64 << 20, 1e-9);
    forget(&drawn);
}

Test(series, have_a_line_through_the_epochs_of_each_strategy_and_portion)
{
    struct drawn drawn;
    show(&drawn, "recall-epoch", grid, GRID);
    cr_assert_eq(drawn.list.count, 5);
    cr_assert_eq(drawn.list.panel_count, 2);
    const struct series *line = find_line(&drawn.list, "full, p = 1", 1);
    cr_assert_eq(line->point_count, EPOCHS - 1);
    for (int i = 0; i < EPOCHS - 1; i++) {
        cr_assert_eq(line->points[i].x, i + 2);
        cr_assert_float_eq(line->points[i].mean, 0.7 + 0.1 * i, 1e-9);
    }
    cr_assert_eq(line->look.color, PALETTE_FULL);
    forget(&drawn);
}

Test(series, follow_the_gap_from_recall_to_recall)
{
    struct drawn drawn;
    show(&drawn, "gap-recall", grid, GRID);
    const struct series *line = find_line(&drawn.list, "random, p = 0.5", 0);
    cr_assert_eq(line->point_count, EPOCHS - 1);
    cr_assert_float_eq(line->points[0].x, 0.55, 1e-9);
    cr_assert_float_eq(line->points[0].mean, 0.45, 1e-9);
    cr_assert_float_eq(line->points[1].x, 0.65, 1e-9);
    cr_assert_float_eq(line->points[1].mean, 0.35, 1e-9);
    forget(&drawn);
}

static const struct made both_ways[] = {
    {"first", 32, 0.5, "direct", 0, 0.5},      {"first", 32, 0.5, "two_pass", 0, 0.5},
    {"top_loss", 32, 0.5, "two_pass", 0, 0.6}, {"full", 32, 1, "direct", 0, 0.7},
    {"full", 32, 1, "two_pass", 0, 0.7},
};

Test(series, keep_direct_and_two_pass_apart_only_where_they_differ)
{
    char *parent = make_parent(), *folder = make_run(parent, "run", both_ways, 5);
    struct shown shown;
    read_runs(&shown, &folder, 1);
    struct series_list quality = list_lines("recall-portion", &shown), speed = list_lines("speed-portion", &shown);
    cr_assert_eq(quality.count, 2);
    cr_assert_eq(find_line(&quality, "first", 0)->point_count, 2);
    cr_assert_eq(find_line(&quality, "top_loss", 0)->point_count, 2);
    cr_assert_eq(speed.count, 3);
    struct series_list epochs = list_lines("recall-epoch", &shown);
    cr_assert_eq(epochs.count, 3);
    cr_assert_eq(find_line(&epochs, "full, p = 1", 0)->point_count, EPOCHS - 1);
    series_list_release(&epochs);
    cr_assert_neq(find_line(&speed, "first, direct", 0)->look.dash, find_line(&speed, "first, two_pass", 0)->look.dash);
    series_list_release(&quality);
    series_list_release(&speed);
    release_runs(&shown);
    remove_run(folder);
    remove_parent(parent);
}

static const struct made chosen_ways[] = {
    {"first", 32, 0.5, "direct", 0, 0.5},
    {"top_loss", 32, 0.5, "two_pass", 0, 0.6},
    {"full", 32, 1, "direct", 0, 0.7},
};

Test(series, end_at_the_whole_batch_in_whatever_way_it_was_back_propagated)
{
    struct drawn drawn;
    show(&drawn, "speed-portion", chosen_ways, 3);
    cr_assert_eq(drawn.list.count, 2);
    cr_assert_eq(find_line(&drawn.list, "first, direct", 0)->point_count, 2);
    cr_assert_eq(find_line(&drawn.list, "top_loss, two_pass", 0)->point_count, 2);
    forget(&drawn);
}

static const struct made without_place[] = {
    {"first", 32, 0, "direct", 0, 0.5},
    {"first", 32, NAN, "direct", 0, 0.5},
    {"first", 32, INFINITY, "direct", 0, 0.5},
    {"first", 32, 0.5, "direct", 0, 0.5},
};

Test(series, leave_out_what_has_no_place_on_a_logarithmic_axis)
{
    struct drawn drawn;
    show(&drawn, "recall-portion", without_place, 4);
    for (int l = 0; l < drawn.list.count; l++)
        for (int i = 0; i < drawn.list.series[l].point_count; i++) cr_assert_eq(drawn.list.series[l].points[i].x, 0.5);
    forget(&drawn);
}

Test(series, draw_the_whole_batch_where_there_is_nothing_else)
{
    struct drawn drawn;
    show(&drawn, "recall-portion", &grid[4], 2);
    cr_assert_eq(drawn.list.count, 1);
    cr_assert_str_eq(drawn.list.series[0].label, "full");
    cr_assert_eq(drawn.list.series[0].point_count, 1);
    forget(&drawn);
}

Test(series, are_none_where_no_cell_ended_well)
{
    struct drawn drawn;
    show(&drawn, "recall-portion", grid, 0);
    cr_assert_eq(drawn.list.count, 0);
    forget(&drawn);
}

/* Rows of a table, COUNT of which the loss alone tells apart. */
static char *many_losses(int count)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fputs("cell,status,dataset,model,loss,strategy,batch_size,portion,epochs,seed,test_recall_at_1\n"
          "a,ok,d,m,l0,first,64,0.5,1,0,0.5\nb,ok,d,m,l0,top_loss,64,0.5,1,0,0.5\n",
          stream);
    for (int l = 0; l < count; l++)
        fprintf(stream, "r%d,ok,d,m,l%d,random,64,0.5,2,0,0.5\nw%d,ok,d,m,l%d,full,64,1,2,0,0.5\n", l, l, l, l);
    fclose(stream);
    return text;
}

static int same_look(const struct series *a, const struct series *b)
{
    return a->look.color == b->look.color && a->look.mark == b->look.mark && a->look.dash == b->look.dash;
}

Test(series, look_and_are_named_differently_however_many_there_are)
{
    char *parent = make_parent(), *text = many_losses(10);
    struct shown shown;
    put_file(parent, "cells.csv", text, strlen(text));
    read_runs(&shown, &parent, 1);
    struct series_list list = list_lines("recall-portion", &shown);
    cr_assert_eq(list.count, 12);
    for (int a = 0; a < list.count; a++)
        for (int b = 0; b < a; b++) {
            cr_expect_str_neq(list.series[a].label, list.series[b].label);
            cr_expect(list.series[a].panel != list.series[b].panel || !same_look(&list.series[a], &list.series[b]));
        }
    cr_expect_str_eq(list.series[2].label, "l0, random, epochs 2");
    series_list_release(&list);
    release_runs(&shown);
    remove_run(parent);
}

/* The figure of a plot, laid out. */
static void lay_out(struct figure *figure, struct layout *layout, const char *plot, const struct shown *shown)
{
    struct plot_input input = {&shown->groups, &shown->variation};
    struct error error;
    cr_assert_eq(plot_make(figure, find_plot(plot), &input, &error), 0, "%s", error.message);
    cr_assert_eq(layout_make(layout, figure, &error), 0, "%s", error.message);
}

Test(layout, spans_all_points_and_bars_and_has_a_tick_for_each_x)
{
    struct hand_made made;
    struct figure figure;
    struct layout layout;
    make_grid(&made, grid, GRID);
    lay_out(&figure, &layout, "recall-portion", &made.shown);
    cr_assert_eq(layout.tick_count, 2);
    cr_assert_eq(layout.ticks[0], 0.5);
    cr_assert_eq(layout.ticks[1], 1);
    for (int p = 0; p < 2; p++) {
        cr_assert_leq(figure.panels[p].y_low, 0.50);
        cr_assert_geq(figure.panels[p].y_high, 0.80);
        cr_assert_leq(figure.panels[p].x_low, 0.5);
        cr_assert_geq(figure.panels[p].x_high, 1);
    }
    layout_release(&layout);
    figure_release(&figure);
    remove_grid(&made);
}
