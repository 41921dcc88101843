/* test_report.c - from cells.csv to lines of plots and pages: what is brought together, what is kept apart, what is
 * escaped. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/reports/plots/layout.h"
#include "harness/reports/page/markup.h"
#include "harness/reports/plots/series.h"

/* ---- runs made by hand ---- */

static const char header[] =
    "cell,status,error,dataset,model,loss,sampler,strategy,batch_size,samples_per_class,portion,"
    "backprop,precision,seed,test_recall_at_1,test_map_at_r,gap_recall_at_1,"
    "gradient_norm_share,peak_activation_bytes,images_per_second\n";

static const char epoch_header[] = "cell,epoch,test_recall_at_1,gap_recall_at_1\n";
enum { EPOCHS = 3 };

/* One cell that ended well; recall and gap tell cells apart. */
struct made {
    const char *strategy;
    int batch;
    double portion;
    const char *backprop;
    int seed;
    double recall;
};

/* Puts text into FOLDER/name and frees it. */
static void put_file(const char *folder, const char *name, char *text, size_t size)
{
    struct error error;
    char *path = file_join(folder, "%s", name);
    cr_assert_eq(file_write(path, text, size, &error), 0);
    free(path);
    free(text);
}

/* Epochs of these cells (count) that come to what the cells do by a tenth each; the first is not evaluated, and the
 * last row comes first. Those of a cell that failed and of one that is not there follow. */
static void make_epochs(const char *folder, const struct made *cells, int count)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fputs(epoch_header, stream);
    for (int i = 0; i < count; i++)
        for (int epoch = EPOCHS; epoch > 0; epoch--) {
            double recall = cells[i].recall - 0.1 * (EPOCHS - epoch);
            fprintf(stream, epoch > 1 ? "c%d,%d,%g,%g\n" : "c%d,%d,,\n", i, epoch, recall, 1 - recall);
        }
    fputs("broken,1,0.999,0.999\nnowhere,1,0.999,0.999\n", stream);
    fclose(stream);
    put_file(folder, "epochs.csv", text, size);
}

/* PARENT/name with tables of these cells (count) and one that failed; the caller frees the path. */
static char *make_run(const char *parent, const char *name, const struct made *cells, int count)
{
    char *folder = file_join(parent, "%s", name), *text = NULL;
    size_t size;
    struct error error;
    FILE *stream = open_memstream(&text, &size);
    fputs(header, stream);
    fputs("broken,failed,why,birds,conv4,ms,balanced,first,32,4,0.5,direct,f32,9,0.999,,,,,\n", stream);
    for (int i = 0; i < count; i++)
        fprintf(stream, "c%d,ok,,birds,conv4,ms,balanced,%s,%d,4,%g,%s,f32,%d,%g,,%g,0.5,%d,100\n", i,
                cells[i].strategy, cells[i].batch, cells[i].portion, cells[i].backprop, cells[i].seed, cells[i].recall,
                1 - cells[i].recall, cells[i].batch << 20);
    fclose(stream);
    cr_assert_eq(file_make_folder(folder, &error), 0);
    put_file(folder, "cells.csv", text, size);
    make_epochs(folder, cells, count);
    return folder;
}

static char *make_parent(void)
{
    char *parent = strdup("/tmp/partgrad-report-XXXXXX");
    cr_assert_not_null(mkdtemp(parent));
    return parent;
}

static void remove_run(char *folder)
{
    static const char *const names[] = {"cells.csv", "epochs.csv"};
    for (int i = 0; i < 2; i++) {
        char *path = file_join(folder, "%s", names[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
    free(folder);
}

static void remove_parent(char *parent)
{
    rmdir(parent);
    free(parent);
}

/* Runs, read and grouped. */
struct shown {
    struct results results;
    struct variation variation;
    struct groups groups;
};

/* Pointers lead from one member to the other, so it must stay where it is. */
static void read_runs(struct shown *shown, char *const *folders, int count)
{
    struct results_source sources[2];
    struct error error;
    for (int r = 0; r < count; r++) sources[r] = (struct results_source){folders[r], -1, NULL};
    cr_assert_eq(results_read(&shown->results, sources, count, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(variation_init(&shown->variation, &shown->results, &error), 0, "%s", error.message);
    cr_assert_eq(groups_make(&shown->groups, &shown->results, &error), 0, "%s", error.message);
    cr_assert_eq(groups_read_epochs(&shown->groups, &error), 0, "%s", error.message);
}

static void release_runs(struct shown *shown)
{
    groups_release(&shown->groups);
    variation_release(&shown->variation);
    results_release(&shown->results);
}

static struct groups_value value_of(const struct group *group, const char *metric)
{
    return *group_value(group, metric_find(metric));
}

static struct groups_value epoch_value(const struct group *group, int epoch, const char *metric)
{
    return group->epochs[epoch].value[metric_find(metric) - metrics_table];
}

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

static const struct made grid[] = {
    {"first", 32, 0.5, "direct", 0, 0.50},  {"first", 32, 0.5, "direct", 1, 0.60},
    {"random", 32, 0.5, "direct", 0, 0.64}, {"random", 32, 0.5, "direct", 1, 0.66},
    {"full", 32, 1, "direct", 0, 0.70},     {"full", 32, 1, "direct", 1, 0.72},
    {"first", 64, 0.5, "direct", 0, 0.58},  {"full", 64, 1, "direct", 0, 0.80},
};
enum { GRID = sizeof grid / sizeof *grid };

/* A run made by hand, called "run". */
struct hand_made {
    char *parent, *folder;
    struct shown shown;
};

static void make_grid(struct hand_made *made, const struct made *cells, int count)
{
    made->parent = make_parent();
    made->folder = make_run(made->parent, "run", cells, count);
    read_runs(&made->shown, &made->folder, 1);
}

static void remove_grid(struct hand_made *made)
{
    release_runs(&made->shown);
    remove_run(made->folder);
    remove_parent(made->parent);
}

/* ---- groups ---- */

Test(groups, give_mean_and_sample_deviation)
{
    const double measured[] = {2, 4, 4, NAN, 4, 5, 5, 7, 9};
    struct groups_value value = groups_value_none();
    for (int i = 0; i < 9; i++) groups_value_add(&value, measured[i]);
    cr_assert_eq(value.count, 8);
    cr_assert_float_eq(value.mean, 5, 1e-12);
    cr_assert_float_eq(value.deviation, sqrt(32.0 / 7), 1e-12);
}

Test(groups, have_no_deviation_of_one_value_and_no_mean_of_none)
{
    struct groups_value value = groups_value_none();
    groups_value_add(&value, NAN);
    cr_assert(isnan(value.mean));
    groups_value_add(&value, 0.25);
    cr_assert_eq(value.mean, 0.25);
    cr_assert(isnan(value.deviation));
}

Test(groups, have_no_deviation_if_all_seeds_agree)
{
    struct groups_value value = groups_value_none();
    for (int i = 0; i < 7; i++) groups_value_add(&value, 68486720.1);
    cr_assert_eq(value.deviation, 0);
}

Test(groups, bring_seeds_together_and_leave_failed_cells_out)
{
    struct hand_made made;
    make_grid(&made, grid, GRID);
    const struct groups *groups = &made.shown.groups;
    cr_assert_eq(groups->count, 5);
    cr_assert_eq(groups->group[0].cells, 2);
    cr_assert_float_eq(value_of(&groups->group[0], "test_recall_at_1").mean, 0.55, 1e-12);
    cr_assert_float_eq(value_of(&groups->group[0], "test_recall_at_1").deviation, sqrt(0.005), 1e-12);
    cr_assert(isnan(value_of(&groups->group[0], "test_map_at_r").mean), "an empty column was taken for a number");
    cr_assert_eq(made.shown.results.failed.count, 1);
    remove_grid(&made);
}

Test(groups, keep_runs_apart_that_only_their_names_tell_apart)
{
    struct made other[GRID];
    struct shown shown;
    memcpy(other, grid, sizeof grid);
    for (int i = 0; i < GRID; i++) other[i].recall += 0.01;
    char *parent = make_parent(), *a = file_join(parent, "a"), *b = file_join(parent, "b");
    char *folders[] = {make_run(a, "run", grid, GRID), make_run(b, "run", other, GRID)};
    read_runs(&shown, folders, 2);
    cr_assert_eq(shown.groups.count, 10);
    cr_assert_str_eq(shown.results.runs[0].name, folders[0]);
    cr_assert(shown.variation.shown[shown.results.axes.count]);
    release_runs(&shown);
    for (int i = 0; i < 2; i++) remove_run(folders[i]);
    remove_parent(a);
    remove_parent(b);
    remove_parent(parent);
}

Test(groups, name_the_file_and_the_column_that_is_missing)
{
    char *parent = make_parent(), *path = file_join(parent, "cells.csv");
    struct results_source source = {parent, -1, NULL};
    struct results results;
    struct groups groups;
    struct error error;
    cr_assert_eq(file_write(path, "cell,status,seed\na,ok,0\n", 24, &error), 0);
    cr_assert_eq(results_read(&results, &source, 1, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(groups_make(&groups, &results, &error), -1);
    cr_assert(strstr(error.message, path) && strstr(error.message, "no column dataset"), "%s", error.message);
    results_release(&results);
    unlink(path);
    free(path);
    remove_parent(parent);
}

Test(groups, bring_epochs_together_over_seeds_and_in_their_order)
{
    struct hand_made made;
    make_grid(&made, grid, GRID);
    const struct group *group = &made.shown.groups.group[0];
    cr_assert_eq(group->epoch_count, EPOCHS);
    cr_assert_eq(group_evaluations(group, metric_find("test_recall_at_1")), EPOCHS - 1);
    for (int e = 0; e < EPOCHS; e++) cr_assert_eq(group->epochs[e].epoch, e + 1);
    cr_assert(isnan(epoch_value(group, 0, "test_recall_at_1").mean), "a failed or strange cell was taken in");
    cr_assert_float_eq(epoch_value(group, 1, "test_recall_at_1").mean, 0.45, 1e-12);
    cr_assert_float_eq(epoch_value(group, 2, "test_recall_at_1").mean, 0.55, 1e-12);
    cr_assert_float_eq(epoch_value(group, 2, "test_recall_at_1").deviation, sqrt(0.005), 1e-12);
    cr_assert(isnan(epoch_value(group, 2, "peak_activation_bytes").mean), "a column that is not there has no values");
    remove_grid(&made);
}

Test(groups, leave_times_out_that_other_work_spoiled_if_others_are_there)
{
    static const char table[] = "cell,status,dataset,model,loss,strategy,batch_size,portion,seed,test_recall_at_1,"
                                "images_per_second,others_share\n"
                                "a,ok,d,m,l,full,64,1,0,0.2,100,0.02\nb,ok,d,m,l,full,64,1,1,0.4,20,0.7\n"
                                "c,ok,d,m,l,full,32,1,0,0.2,30,0.5\nd,ok,d,m,l,full,16,1,0,0.2,30,\n";
    char *parent = make_parent(), *text = strdup(table);
    struct shown shown;
    put_file(parent, "cells.csv", text, strlen(text));
    read_runs(&shown, &parent, 1);
    cr_expect_eq(shown.groups.group[0].disturbed, 1);
    cr_expect_eq(value_of(&shown.groups.group[0], "images_per_second").mean, 100);
    cr_expect_float_eq(value_of(&shown.groups.group[0], "test_recall_at_1").mean, 0.3, 1e-12);
    cr_expect_eq(value_of(&shown.groups.group[1], "images_per_second").mean, 30, "there is nothing better");
    cr_expect_eq(shown.groups.group[2].disturbed, 0, "not known");
    release_runs(&shown);
    remove_run(parent);
}

/* ---- series ---- */

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

/* ---- markup ---- */

/* What a markup makes of one paragraph, one row and one listing; the caller frees. */
static char *marked(const struct markup *markup, const char *text)
{
    static const struct markup_column column = {"title"};
    static const struct markup_table table = {.columns = &column, .count = 1};
    char *result = NULL;
    size_t size;
    FILE *stream = open_memstream(&result, &size);
    markup->paragraph(stream, text);
    markup->table_row(stream, &table, &text, NULL);
    markup->listing(stream, text);
    fclose(stream);
    return result;
}

Test(markup, lets_no_text_become_html)
{
    char *html = marked(&markup_html, "<script>alert(\"1 & 2\")</script>");
    cr_assert_null(strstr(html, "<script>"));
    cr_assert_not_null(strstr(html, "<p>&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;</p>"), "%s", html);
    free(html);
}

Test(markup, lets_no_text_end_a_cell_of_markdown)
{
    char *markdown = marked(&markup_markdown, "a|b\nc_d &lt;");
    cr_assert_not_null(strstr(markdown, "| a\\|b c\\_d \\&lt; |\n"), "%s", markdown);
    cr_assert_not_null(strstr(markdown, "    a|b\n    c_d &lt;\n"), "%s", markdown);
    free(markdown);
}
