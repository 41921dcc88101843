/* test_plots.c - from groups to figures, and from figures to files: what the pictures of a run with 13 strategies and 3
 * portions say (tests/fixtures/many.py). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/comparison.h"
#include "harness/reports/plots/figure_csv.h"
#include "harness/reports/plots/layout.h"
#include "harness/reports/plots/svg.h"
#include "tests/support/plot_fixture.h"

enum { STRATEGIES = 13, PORTIONS = 3 };

static void draw(struct drawn *drawn, const char *name)
{
    draw_of(drawn, "tests/fixtures/many", name);
}

static int is_front(const struct figure_point *point)
{
    return point->note && strncmp(point->note, "front", 5) == 0;
}

/* Whether another point of the panel costs no more and brings more, or costs less and brings no less. */
static int is_beaten(const struct figure *figure, const struct figure_series *series)
{
    const struct figure_point *point = &series->points[0];
    for (int s = 0; s < figure->series_count; s++) {
        if (!is_means(&figure->series[s]) || figure->series[s].panel != series->panel) continue;
        const struct figure_point *other = &figure->series[s].points[0];
        if (other->x <= point->x && other->y >= point->y && (other->x < point->x || other->y > point->y)) return 1;
    }
    return 0;
}

Test(front, is_what_no_other_setting_beats_and_is_named)
{
    static const char *const names[] = {"front-memory", "front-time", "front-compute"};
    for (int n = 0; n < 3; n++) {
        struct drawn drawn;
        draw(&drawn, names[n]);
        const struct figure *figure = &drawn.figure;
        int points = 0, front = 0;
        for (int s = 0; s < figure->series_count; s++) {
            const struct figure_series *series = &figure->series[s];
            if (!is_means(series)) continue;
            points++;
            front += is_front(&series->points[0]);
            cr_expect_eq(is_front(&series->points[0]), !is_beaten(figure, series), "%s in %s", series->label, names[n]);
        }
        cr_expect_eq(points, 2 * (STRATEGIES * PORTIONS + 1));
        cr_expect_eq(figure->label_count, front);
        forget(&drawn);
    }
}

#define HAND_MADE                                                                                                      \
    "cell,status,dataset,model,loss,strategy,batch_size,portion,seed,epochs,test_recall_at_1,test_map_at_r,"           \
    "gap_recall_at_1,peak_tensor_bytes\n"

Test(front, has_numbers_for_names_that_have_no_room)
{
    struct drawn drawn;
    draw_table(&drawn,
               HAND_MADE "a,ok,d,m,a_loss_of_some_length,full,64,1,0,1,0.9,0.5,0,4000000\n"
                         "b,ok,d,m,a_loss_of_some_length,random,64,0.5,0,1,0.7,0.6,0,2000000\n"
                         "c,ok,d,m,short,random,64,0.5,0,1,0.6,0.1,0,3000000\n",
               "front-memory");
    const struct figure *figure = &drawn.figure;
    cr_assert_eq(figure->label_count, 3, "two in recall, one in MAP@R");
    cr_expect_str_eq(figure->labels[0].text, "1");
    cr_expect_str_eq(figure->labels[1].text, "2");
    cr_expect_str_eq(figure->labels[2].text, "1", "a setting has one number in all panels");
    cr_expect(strstr(figure->caption, " On the front: 1 is a_loss_of_some_length, random, p = 0.5; 2 is "
                                      "a_loss_of_some_length, full, p = 1."),
              "%s", figure->caption);
    forget(&drawn);
}

Test(dots, have_no_panels_without_a_figure)
{
    struct drawn drawn;
    /* the whole batch comes to 0.5 and 0.7, b lies between, c above */
    draw_table(&drawn,
               HAND_MADE "a0,ok,d,m,l,full,64,1,0,2,0.5,0.1,0.1,1\na1,ok,d,m,l,full,64,1,0,4,0.7,0.1,0.3,1\n"
                         "b0,ok,d,m,l,random,64,0.5,0,2,0.4,0.1,0.1,1\nb1,ok,d,m,l,random,64,0.5,0,4,0.6,0.1,0.1,1\n"
                         "c0,ok,d,m,l,first,64,0.5,0,2,0.8,0.1,0.1,1\nc1,ok,d,m,l,first,64,0.5,0,4,0.9,0.1,0.1,1\n",
               "gap-equal");
    const struct figure *figure = &drawn.figure;
    int points = 0;
    for (int s = 0; s < figure->series_count; s++) {
        if (!is_means(&figure->series[s])) continue;
        cr_expect_str_eq(figure->series[s].label, "random");
        cr_expect_float_eq(figure->series[s].points[0].x, -0.1, 1e-12, "0.1 where the whole batch would have 0.2");
        points++;
    }
    cr_expect_eq(points, 1);
    cr_expect_eq(figure->panel_count, 1);
    cr_expect(strstr(figure->caption, "against that of full"), "%s", figure->caption);
    cr_expect(strstr(figure->caption, "3 of 4 comparisons have no figure and are left out."), "%s", figure->caption);
    forget(&drawn);
}

/* The differences and intervals of `compare`, sorted by their mean over the panels. */
Test(dots, are_the_rows_of_the_comparison_in_order)
{
    struct drawn drawn;
    struct comparison comparison;
    struct error error;
    draw(&drawn, "strategies");
    struct comparison_request request = {
        .factor = "strategy", .reference = "random", .metric = "test_recall_at_1", .by = ""};
    cr_assert_eq(comparison_make(&comparison, &request, &drawn.variation, &error), 0, "%s", error.message);
    cr_assert_eq(drawn.figure.panel_count, PORTIONS);
    double sum[STRATEGIES + 1] = {0};
    int row = 0;
    for (int s = 0; s < drawn.figure.series_count; s++) {
        const struct figure_series *series = &drawn.figure.series[s];
        if (!is_means(series)) continue;
        cr_assert_str_eq(series->label, comparison.rows[row].level);
        cr_expect_eq(series->points[0].x, comparison.rows[row].difference.mean);
        cr_expect_eq(series->points[0].low, comparison.rows[row].low);
        cr_expect_eq(series->points[0].high, comparison.rows[row].high);
        sum[(int)series->points[0].y] += series->points[0].x;
        row++;
    }
    cr_expect_eq(row, comparison.row_count);
    for (int place = 2; place <= STRATEGIES; place++) cr_expect_leq(sum[place], sum[place - 1]);
    comparison_release(&comparison);
    forget(&drawn);
}

Test(lines, have_a_panel_for_each_strategy_where_there_are_many)
{
    struct drawn drawn;
    draw(&drawn, "recall-epoch");
    const struct figure *figure = &drawn.figure;
    cr_assert_eq(figure->panel_count, STRATEGIES + 1);
    int lines[STRATEGIES + 1] = {0};
    for (int s = 0; s < figure->series_count; s++) {
        const struct figure_series *series = &figure->series[s];
        if (!is_means(series)) continue;
        lines[series->panel]++;
        struct look look = palette_of_strategy(figure->panels[series->panel].title);
        cr_expect_eq(series->look.color, look.color);
        cr_expect_eq(series->look.mark, look.mark);
        cr_expect_eq(series->points[0].x, 0, "begins before training");
    }
    for (int p = 0; p < figure->panel_count; p++)
        cr_expect_eq(lines[p], strcmp(figure->panels[p].title, "full") == 0 ? 1 : PORTIONS);
    forget(&drawn);
}

Test(lines, have_seeds_as_points_and_mark_those_that_other_work_slowed_down)
{
    struct drawn drawn;
    draw(&drawn, "speed-portion");
    int seeds = 0, disturbed = 0, expected = 0;
    for (int s = 0; s < drawn.figure.series_count; s++)
        for (int p = 0; p < drawn.figure.series[s].point_count && drawn.figure.series[s].layer == FIGURE_SEEDS; p++) {
            const struct figure_point *point = &drawn.figure.series[s].points[p];
            if (point->x == 1) continue; /* ends every line */
            seeds++;
            disturbed += point->note != NULL;
        }
    for (int c = 0; c < drawn.results.ok.count; c++)
        expected += drawn.groups.group[drawn.groups.of_cell[c]].portion < 1 &&
                    results_is_disturbed(&drawn.results, drawn.results.ok.cells[c]);
    cr_expect_gt(expected, 0);
    cr_expect_eq(disturbed, expected);
    cr_expect(seeds > 100 && seeds <= 3 * STRATEGIES * PORTIONS, "%d", seeds);
    forget(&drawn);
}

/* ---- files ---- */

Test(figure, says_values_along_x_where_rows_have_names)
{
    struct figure figure = {.title = "Bias", .x = {.words = "bias", .unit = "%", .scale = 100, .digits = 1}};
    figure.y = (struct figure_axis){.words = "strategy", .scale = 1, .count = 2};
    figure_add_panel(&figure, "batch size 8");
    int series = figure_add_series(&figure, &(struct figure_series){.layer = FIGURE_MEANS, .label = "p = 0.5"});
    struct figure_point low = figure_point_at(0.25, 2), high = figure_point_at(0.75, 1);
    low.detail = "random";
    high.detail = "hardest";
    figure_add_point(&figure, series, &low);
    figure_add_point(&figure, series, &high);
    figure_describe(&figure);
    cr_expect_str_eq(figure.description,
                     "Bias. 1 line; highest hardest, p = 0.5: 75.0 %; lowest random, p = 0.5: 25.0 %.");
    figure_release(&figure);
}

Test(figure, is_a_table_of_all_that_it_shows)
{
    struct figure figure = {.x = {.column = "portion", .scale = 1}, .y = {.column = "recall", .scale = 100}};
    figure_add_panel(&figure, "p, q");
    int shown = figure_add_series(&figure, &(struct figure_series){.layer = FIGURE_MEANS, .label = "random"});
    int hidden = figure_add_series(&figure, &(struct figure_series){.layer = FIGURE_GUIDE, .label = "full"});
    struct figure_point point = figure_point_at(0.5, 0.625);
    figure_add_point(&figure, hidden, &point);
    point.of = "mean";
    point.low = 0.5;
    point.high = 0.75;
    figure_add_point(&figure, shown, &point);
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    figure_write_csv(stream, &figure);
    fclose(stream);
    cr_expect_str_eq(text, "panel,series,of,portion,recall,low,high,note\n\"p, q\",random,mean,0.5,0.625,0.5,0.75,\n");
    free(text);
    figure_release(&figure);
}

Test(layout, moves_labels_off_each_other)
{
    struct figure figure = {.title = "", .x = {.scale = 1}, .y = {.scale = 1}};
    struct layout layout;
    struct error error;
    figure_add_panel(&figure, "");
    int line = figure_add_series(&figure, &(struct figure_series){.layer = FIGURE_MEANS, .label = ""});
    for (int i = 0; i < 8; i++) {
        struct figure_point point = figure_point_at(i, 10 + 0.01 * (i % 3));
        figure_add_point(&figure, line, &point);
        figure_add_label(&figure, &(struct figure_label){
                                      .text = "a name", .x = 1, .at_edge = 1, .y = point.y, .place = FIGURE_SPREAD});
    }
    struct figure_point far = figure_point_at(0, 0);
    figure_add_point(&figure, line, &far);
    cr_assert_eq(layout_make(&layout, &figure, &error), 0);
    for (int a = 0; a < 8; a++)
        for (int b = 0; b < a; b++) {
            double left = layout_y(&layout, &figure, 0, figure.labels[a].y) + figure.labels[a].dy;
            double right = layout_y(&layout, &figure, 0, figure.labels[b].y) + figure.labels[b].dy;
            cr_expect_geq(fabs(left - right), 14);
        }
    layout_release(&layout);
    figure_release(&figure);
}

/* A label of a point whose right is taken by another point, and whose left is outside the panel. */
Test(layout, puts_a_label_where_nothing_lies_under_it)
{
    struct figure figure = {.title = "", .x = {.scale = 1}, .y = {.scale = 1}};
    struct layout layout;
    struct error error;
    figure_add_panel(&figure, "");
    int line = figure_add_series(&figure, &(struct figure_series){.layer = FIGURE_MEANS, .label = ""});
    for (int i = 0; i < 3; i++) {
        struct figure_point point = figure_point_at(i == 2 ? 30 : i, i == 2 ? 10 : 0);
        figure_add_point(&figure, line, &point);
    }
    figure_add_label(&figure, &(struct figure_label){.text = "a name of some length", .place = FIGURE_FREE});
    figure_add_label(&figure, &(struct figure_label){.text = "another name", .x = 30, .y = 10, .place = FIGURE_FREE});
    cr_assert_eq(layout_make(&layout, &figure, &error), 0);
    const struct figure_label *label = &figure.labels[0];
    cr_expect_eq(label->align, -1, "to the right, as there is no room on the left");
    cr_expect_gt(label->dy, 5, "above the point beside it");
    cr_expect_eq(figure.labels[1].align, 1, "to the left of the last point");
    layout_release(&layout);
    figure_release(&figure);
}

static char *finished(const char *text)
{
    static const char *const hovers[] = {"a < b"};
    struct svg_words words = {"plot", "\"what\" it shows", hovers, 1};
    char *result = NULL;
    size_t size;
    FILE *stream = open_memstream(&result, &size);
    svg_finish(stream, text, &words);
    fclose(stream);
    return result;
}

static void expect_finished(const char *text, const char *expected)
{
    char *found = finished(text);
    cr_expect_str_eq(found, expected);
    free(found);
}

Test(svg, has_colors_that_its_style_finds)
{
    expect_finished("stroke='rgb(  0, 114, 178)' fill = 'rgb(1,2,3)' color=\"black\" fill=\"#ffffff\"",
                    "stroke=\"#0072B2\" fill=\"#010203\" color=\"#1B1B1B\" fill=\"#FFFFFF\"");
}

Test(svg, has_values_for_hints_and_no_calls_of_scripts)
{
    expect_finished(
        "<g onmousemove=\"gnuplot_svg.showHypertext(evt,'0')\" onmouseout=\"x()\"><title> </title>\n<use/></g>",
        "<g><title>a &lt; b</title>\n<use/></g>");
    expect_finished("<g onmousemove=\"gnuplot_svg.showHypertext(evt,'7')\" onmouseout=\"x()\"><title> </title>",
                    "<g><title></title>");
    expect_finished("<g><title>gnuplot_plot_1</title>", "<g>");
}

Test(svg, has_names_of_its_own_and_no_empty_groups)
{
    expect_finished("<use xlink:href='#gpPt6'/><g id=\"gnuplot_canvas\">",
                    "<use xlink:href='#plot-gpPt6'/><g id=\"plot-gnuplot_canvas\">");
    expect_finished("<g fill=\"none\" color=\"black\">\n</g>\n<b/>", "<b/>");
}

Test(svg, says_what_it_shows)
{
    char *found = finished("<svg \n width=\"3\"\n>\n<desc>Produced by GNUPLOT</desc></svg>");
    cr_expect(strstr(found, "<svg id=\"plot\" role=\"img\" aria-label=\"&quot;what&quot; it shows\""));
    cr_expect(strstr(found, "<desc>&quot;what&quot; it shows</desc>"));
    cr_expect(strstr(found, "@media (prefers-color-scheme:dark)"));
    cr_expect_null(strstr(found, "GNUPLOT"));
    free(found);
}
