/* test_plot_maps.c - heat maps, rows of memory and lines by batch size and by step, of tables written by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/support/plot_fixture.h"

/* Two portions of two batch sizes with one strategy, and the whole batch of one size. */
#define MAP                                                                                                            \
    "cell,status,dataset,model,loss,strategy,batch_size,portion,seed,test_recall_at_1\n"                               \
    "a,ok,d,m,l,random,32,0.5,0,0.25\nb,ok,d,m,l,random,64,0.5,0,0.5\n"                                                \
    "c,ok,d,m,l,random,32,0.25,0,0.125\nd,ok,d,m,l,random,64,0.25,0,0.25\nd2,ok,d,m,l,random,64,0.25,1,0.5\n"          \
    "e,ok,d,m,l,full,64,1,0,0.75\n"

Test(heat, has_a_tile_for_each_batch_size_and_portion_the_whole_batch_among_them)
{
    static const struct {
        double x, y, value, shade;
    } tiles[] = {{2, 1, 0.25, 0.2}, {2, 2, 0.5, 0.6}, {1, 1, 0.125, 0}, {1, 2, 0.375, 0.4}, {3, 2, 0.75, 1}};
    struct drawn drawn;
    draw_table(&drawn, MAP, "recall-heat");
    const struct figure *figure = &drawn.figure;
    cr_assert_eq(figure->panel_count, 1, "whole batches have none of their own");
    cr_assert_eq(figure->series_count, 1);
    cr_assert_eq(figure->series[0].point_count, 5);
    for (int t = 0; t < 5; t++) {
        const struct figure_point *point = &figure->series[0].points[t];
        cr_expect(point->x == tiles[t].x && point->y == tiles[t].y, "%d: %g, %g", t, point->x, point->y);
        cr_expect_float_eq(point->value, tiles[t].value, 1e-12, "%d", t);
        cr_expect_float_eq(point->shade, tiles[t].shade, 1e-12, "%d: %g", t, point->shade);
    }
    cr_expect_float_eq(figure->series[0].points[3].high - figure->series[0].points[3].low, 2 * sqrt(0.03125), 1e-12);
    cr_expect_str_eq(figure->labels[0].text, "25.0", "each tile says its value, in percent");
    cr_expect_str_eq(figure->description, "Test recall@1 by batch size and portion, from 12.5 % to 75.0 %. random: "
                                          "highest at batch size 64, p = 1.");
    forget(&drawn);
}

Test(heat, is_no_map_of_one_batch_size)
{
    struct drawn drawn;
    draw_table(&drawn,
               "cell,status,dataset,model,loss,strategy,batch_size,portion,seed,test_recall_at_1\n"
               "a,ok,d,m,l,random,32,0.5,0,0.25\nb,ok,d,m,l,full,32,1,0,0.5\n",
               "recall-heat");
    cr_expect_eq(drawn.figure.series_count, 0);
    forget(&drawn);
}

#define MEMORY "cell,status,dataset,model,loss,strategy,batch_size,portion,seed,peak_tensor_bytes,peak_rss_bytes\n"

/* Of one setting two strategies and two seeds. */
Test(memory, has_a_row_for_what_it_depends_on_the_most_planned_first)
{
    struct drawn drawn;
    draw_table(&drawn,
               MEMORY "a,ok,d,m,l,random,32,0.5,0,1000,4000\nb,ok,d,m,l,random,32,0.5,1,1000,8000\n"
                      "c,ok,d,m,l,first,32,0.5,0,3000,6000\ne,ok,d,m,l,full,64,1,0,9000,\n",
               "memory");
    const struct figure *figure = &drawn.figure;
    cr_assert_eq(figure->series_count, 2, "activations were not measured");
    const struct figure_series *tensors = &figure->series[0], *process = &figure->series[1];
    cr_expect_str_eq(tensors->label, "all tensors, planned");
    cr_assert_eq(tensors->point_count, 2);
    cr_expect(tensors->points[0].x == 9000 && tensors->points[0].y == 1);
    cr_expect(isnan(tensors->points[0].low), "one cell has no bar");
    cr_expect(tensors->points[1].x == 2000 && tensors->points[1].y == 2);
    cr_expect(tensors->points[1].low == 1000 && tensors->points[1].high == 3000, "from strategy to strategy");
    cr_assert_eq(process->point_count, 1);
    cr_expect(process->points[0].x == 6000 && process->points[0].y == 2);
    cr_expect_float_eq(process->points[0].low, 6000 - sqrt(8e6), 1e-6, "the seeds' deviation is more");
    cr_expect_str_eq(figure->x.column, "bytes");
    forget(&drawn);
}

/* ---- lines ---- */

Test(lines, go_from_batch_size_to_batch_size_and_are_named_where_they_end)
{
    struct drawn drawn;
    draw_table(&drawn,
               "cell,status,dataset,model,loss,strategy,batch_size,portion,backprop,seed,peak_activation_bytes\n"
               "a,ok,d,m,l,random,32,0.5,direct,0,2000\nb,ok,d,m,l,random,64,0.5,direct,0,4000\n"
               "c,ok,d,m,l,random,32,0.5,two_pass,0,500\nd,ok,d,m,l,random,64,0.5,two_pass,0,500\n",
               "memory-batch");
    const struct figure *figure = &drawn.figure;
    int lines = 0;
    for (int s = 0; s < figure->series_count; s++) {
        const struct figure_series *series = &figure->series[s];
        if (!is_means(series)) continue;
        int is_direct = strcmp(series->label, "direct") == 0;
        cr_assert_eq(series->point_count, 2);
        cr_expect(series->points[0].x == 32 && series->points[1].x == 64);
        cr_expect_eq(series->points[1].y, is_direct ? 4000 : 500, "%s", series->label);
        lines++;
    }
    cr_expect_eq(lines, 2);
    cr_assert_eq(figure->label_count, 2);
    cr_expect_eq(figure->labels[0].y + figure->labels[1].y, 4500);
    cr_expect_eq(figure->labels[0].place, FIGURE_SPREAD);
    forget(&drawn);
}

/* Four steps of loss 1 .. 4; those that were selected have the double. */
Test(lines, by_step_have_a_line_of_marks_for_the_batch_and_one_without_for_the_selected)
{
    struct drawn drawn;
    char *parent = fixture_folder();
    char *folder = run_fixture_put(parent, "a", "cells.csv",
                                   "cell,status,settings,dataset,model,loss,strategy,batch_size,portion,seed,"
                                   "full_batch_loss,selected_loss\na,ok,0a,d,m,l,random,32,0.5,0,4,8\n");
    free(run_fixture_put(parent, "a/cells/a", "steps.csv",
                         "cell,settings,epoch,step,full_batch_loss,selected_loss\n"
                         "a,0a,1,1,1,2\na,0a,1,2,2,4\na,0a,2,3,3,6\na,0a,2,4,4,8\n"));
    draw_of(&drawn, folder, "loss-step");
    const struct figure *figure = &drawn.figure;
    const struct figure_series *lines[2] = {NULL, NULL};
    for (int s = 0; s < figure->series_count; s++)
        if (is_means(&figure->series[s])) lines[figure->series[s].look.mark == 0] = &figure->series[s];
    for (int which = 0; which < 2; which++) {
        cr_assert_not_null(lines[which]);
        cr_assert_eq(lines[which]->point_count, 4);
        for (int p = 0; p < 4; p++) {
            cr_expect_eq(lines[which]->points[p].x, p + 1);
            cr_expect_eq(lines[which]->points[p].y, (p + 1) * (which + 1));
            cr_expect(isnan(lines[which]->points[p].low));
        }
    }
    cr_expect_not_null(strstr(lines[1]->label, "selected"), "%s", lines[1]->label);
    forget(&drawn);
    free(folder);
    fixture_remove(parent);
}
