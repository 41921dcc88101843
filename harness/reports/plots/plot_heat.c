/* plot_heat.c - a heat map of batch size and portion: a tile for each setting, darker if higher. Each strategy, and
 * each value of anything else that varies, has a panel. */
#include "harness/reports/plots/plots.h"

#include <math.h>
#include <stdlib.h>

#include "harness/reports/plots/ruler.h"

/* Colors of letters on tiles. They are not in the palette, so they stay the same on dark pages, as tiles do. */
static const char on_light[] = "#010101", on_dark[] = "#FEFEFE";

struct heat {
    struct figure *figure;
    const struct groups *groups;
    const struct metric *metric;
    struct ruler ruler;
    axis_set panel, panel_whole; /* axes in which the groups of a panel agree, and those in which whole batches, which
                                    fit any strategy, agree with it */
    int batch_count, portion_count;
    double *batches, *portions; /* ascending */
    double low, high;           /* extremes of the metric */
};

static int is_drawn(const struct heat *heat, const struct group *group)
{
    return isfinite(group->batch_size) && isfinite(group->portion) && isfinite(group_value(group, heat->metric)->mean);
}

/* Inserts a value into an ascending list, unless it is there. */
static void insert(double *values, int *count, double value)
{
    int at = *count;
    while (at > 0 && values[at - 1] >= value) {
        if (values[at - 1] == value) return;
        at--;
    }
    for (int i = (*count)++; i > at; i--) values[i] = values[i - 1];
    values[at] = value;
}

static int position(const double *values, int count, double value)
{
    for (int i = 0; i < count; i++)
        if (values[i] == value) return i + 1;
    return 0;
}

static int measure(struct heat *heat)
{
    size_t count = (size_t)heat->groups->count + 1;
    heat->batches = calloc(count, sizeof *heat->batches);
    heat->portions = calloc(count, sizeof *heat->portions);
    if (!heat->batches || !heat->portions) return -1;
    heat->low = INFINITY;
    heat->high = -INFINITY;
    for (int g = 0; g < heat->groups->count; g++) {
        const struct group *group = &heat->groups->group[g];
        if (!is_drawn(heat, group)) continue;
        insert(heat->batches, &heat->batch_count, group->batch_size);
        insert(heat->portions, &heat->portion_count, group->portion);
        heat->low = fmin(heat->low, group_value(group, heat->metric)->mean);
        heat->high = fmax(heat->high, group_value(group, heat->metric)->mean);
    }
    return 0;
}

/* ---- panels ---- */

static void set_panel_axes(struct heat *heat)
{
    const struct ruler *ruler = &heat->ruler;
    for (int a = 0; a < results_axis_count(heat->groups->results); a++) {
        heat->panel[a] = ruler->variation->shown[a] && a != ruler->batch && a != ruler->portion && a != ruler->backprop;
        heat->panel_whole[a] = heat->panel[a] && a != ruler->strategy;
    }
}

static int is_in_panel(const struct heat *heat, const struct group *first, const struct group *group)
{
    return ruler_agree(&heat->ruler, first, group, ruler_is_whole(group) ? heat->panel_whole : heat->panel);
}

/* Whether a group begins a panel. Whole batches belong to all panels and begin none. */
static int begins_panel(const struct heat *heat, int g)
{
    const struct group *group = &heat->groups->group[g];
    if (!is_drawn(heat, group) || ruler_is_whole(group)) return 0;
    for (int i = 0; i < g; i++)
        if (is_drawn(heat, &heat->groups->group[i]) && !ruler_is_whole(&heat->groups->group[i]) &&
            is_in_panel(heat, &heat->groups->group[i], group))
            return 0;
    return 1;
}

/* ---- tiles ---- */

static void add_tile(const struct heat *heat, int panel, int series, const struct group *group)
{
    const struct groups_value *value = group_value(group, heat->metric);
    struct figure *figure = heat->figure;
    struct figure_axis axis = figure_metric_axis(figure, heat->metric);
    double span = heat->high - heat->low;
    struct figure_point point = figure_point_at(position(heat->portions, heat->portion_count, group->portion),
                                                position(heat->batches, heat->batch_count, group->batch_size));
    char color[8];
    point.value = value->mean;
    point.shade = span > 0 ? (value->mean - heat->low) / span : 0.5;
    point.of = "mean";
    point.note = figure_text(figure, "batch size %.9g, p = %.9g", group->batch_size, group->portion);
    if (value->deviation >= 0) {
        point.low = value->mean - value->deviation;
        point.high = value->mean + value->deviation;
    }
    figure_add_point(figure, series, &point);
    palette_shade(point.shade, color);
    figure_add_label(figure,
                     &(struct figure_label){.panel = panel,
                                            .text = figure_text(figure, "%.*f", axis.digits, value->mean * axis.scale),
                                            .x = point.x,
                                            .y = point.y,
                                            .ink = palette_is_light(color) ? on_light : on_dark});
}

static int has_tile(const struct figure *figure, int series, double x, double y)
{
    for (int p = 0; p < figure->series[series].point_count; p++)
        if (figure->series[series].points[p].x == x && figure->series[series].points[p].y == y) return 1;
    return 0;
}

static int add_panel(const struct heat *heat, const struct group *first)
{
    struct figure *figure = heat->figure;
    char *title = ruler_label(&heat->ruler, first, heat->panel, 1);
    if (!title) return -1;
    int panel = figure_add_panel(figure, title);
    int series =
        figure_add_series(figure, &(struct figure_series){.panel = panel, .layer = FIGURE_TILES, .label = title});
    for (int g = 0; g < heat->groups->count && !figure->failed; g++) {
        const struct group *group = &heat->groups->group[g];
        double x = position(heat->portions, heat->portion_count, group->portion);
        double y = position(heat->batches, heat->batch_count, group->batch_size);
        if (is_drawn(heat, group) && is_in_panel(heat, first, group) && !has_tile(figure, series, x, y))
            add_tile(heat, panel, series, group);
    }
    free(title);
    return 0;
}

/* ---- words ---- */

static void add_names(const struct heat *heat)
{
    struct figure *figure = heat->figure;
    for (int p = 0; p < figure->panel_count; p++) {
        for (int x = 0; x < heat->portion_count; x++)
            figure_add_label(figure, &(struct figure_label){.panel = p,
                                                            .text = figure_text(figure, "%.6g", heat->portions[x]),
                                                            .x = x + 1,
                                                            .at_bottom = 1,
                                                            .dy = -13});
        for (int y = 0; y < heat->batch_count && p % figure->columns == 0; y++)
            figure_add_label(figure, &(struct figure_label){.panel = p,
                                                            .text = figure_text(figure, "%.6g", heat->batches[y]),
                                                            .at_edge = 1,
                                                            .y = y + 1,
                                                            .dx = -8,
                                                            .align = 1});
    }
}

static void set_axes(const struct heat *heat)
{
    struct figure *figure = heat->figure;
    int wide = figure->panel_count > 1 ? 50 : 70, columns = 640 / (wide * heat->portion_count + 22);
    figure->x = (struct figure_axis){.title = "gradient portion p", .scale = 1, .count = heat->portion_count};
    figure->y = (struct figure_axis){.title = "batch size B", .scale = 1, .count = heat->batch_count};
    figure->value_column = heat->metric->name;
    figure->panel_width = wide * heat->portion_count;
    figure->panel_height = 40 * heat->batch_count;
    figure->columns = columns < 1 ? 1 : columns > figure->panel_count ? figure->panel_count : columns;
}

static void describe(const struct heat *heat)
{
    struct figure *figure = heat->figure;
    struct figure_axis axis = figure_metric_axis(figure, heat->metric);
    const char *text = figure_text(figure, "%s, from %s to %s.", figure->title, figure_value(figure, &axis, heat->low),
                                   figure_value(figure, &axis, heat->high));
    for (int s = 0; s < figure->series_count; s++) {
        const struct figure_point *best = NULL;
        for (int p = 0; p < figure->series[s].point_count; p++)
            if (!best || figure->series[s].points[p].value > best->value) best = &figure->series[s].points[p];
        if (best) text = figure_text(figure, "%s %s: highest at %s.", text, figure->series[s].label, best->note);
    }
    figure->description = text;
}

int plot_heat(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    struct heat heat = {.figure = figure,
                        .groups = input->groups,
                        .metric = plot_metric(plot),
                        .ruler = ruler_make(plot, input->groups, input->variation)};
    int status = measure(&heat);
    set_panel_axes(&heat);
    int is_a_map = heat.batch_count > 1 && heat.portion_count > 1;
    for (int g = 0; g < heat.groups->count && status == 0 && is_a_map; g++)
        if (begins_panel(&heat, g)) status = add_panel(&heat, &heat.groups->group[g]);
    if (status == 0 && figure->series_count > 0) {
        set_axes(&heat);
        add_names(&heat);
        describe(&heat);
    }
    free(heat.batches);
    free(heat.portions);
    return status == 0 ? 0 : error_set(error, "out of memory");
}
