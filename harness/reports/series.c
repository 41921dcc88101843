/* series.c - see series.h. */
#include "harness/reports/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* As many as scripts/plots/style.gp has. */
enum { HUES = 7, MARKS = 8 };

/* Sets of axes, 1 for each that is in it. */
typedef char axis_set[AXES_MAX + 1];

/* What the lines of one plot are made by. */
struct ruler {
    const struct plot *plot;
    const struct metric *metric, *recall;
    const struct groups *groups;
    const struct variation *variation;
    axis_set line;        /* in which the groups of a line agree */
    axis_set whole;       /* in which they agree with the whole batch's */
    axis_set whole_loose; /* likewise, in whatever way it was back-propagated */
    axis_set panel, color, shape, dash, label;
    int batch, portion, strategy, backprop; /* axes */
};

static void leave_out(axis_set set, int axis)
{
    if (axis >= 0) set[axis] = 0;
}

/* Puts an axis into a set if it is in the other. */
static void share(axis_set set, const axis_set other, int axis)
{
    if (axis >= 0 && other[axis]) set[axis] = 1;
}

static void set_line_axes(struct ruler *ruler)
{
    const struct plot *plot = ruler->plot;
    memcpy(ruler->line, ruler->variation->shown, sizeof ruler->line);
    if (ruler->backprop >= 0)
        ruler->line[ruler->backprop] = (char)(plot->by_backprop && ruler->variation->varies[ruler->backprop]);
    if (plot->axis == PLOT_PORTION) leave_out(ruler->line, ruler->portion);
    if (plot->axis == PLOT_BATCH) {
        leave_out(ruler->line, ruler->batch);
        leave_out(ruler->line, ruler->strategy);
    }
    memcpy(ruler->whole, ruler->line, sizeof ruler->whole);
    leave_out(ruler->whole, ruler->strategy);
    memcpy(ruler->whole_loose, ruler->whole, sizeof ruler->whole_loose);
    leave_out(ruler->whole_loose, ruler->backprop);
    leave_out(ruler->whole_loose, axes_find(&ruler->groups->results->axes, "gradient_scale"));
}

/* Which axes tell lines apart by which means. */
static void set_looks(struct ruler *ruler)
{
    enum plot_axis x = ruler->plot->axis;
    share(ruler->panel, ruler->line, ruler->batch);
    share(ruler->dash, ruler->line, ruler->backprop);
    if (x != PLOT_BATCH) share(ruler->color, ruler->line, ruler->strategy);
    if (x != PLOT_PORTION) share(ruler->color, ruler->line, ruler->portion);
    for (int a = 0; a < results_axis_count(ruler->groups->results); a++) {
        ruler->shape[a] = ruler->line[a] && !ruler->panel[a] && !ruler->dash[a] && !ruler->color[a];
        ruler->label[a] = ruler->line[a] && !ruler->panel[a];
    }
}

static struct ruler make_ruler(const struct plot *plot, const struct groups *groups, const struct variation *variation)
{
    const struct axes *axes = &groups->results->axes;
    struct ruler ruler = {.plot = plot,
                          .metric = plot_metric(plot),
                          .recall = metric_find("test_recall_at_1"),
                          .groups = groups,
                          .variation = variation,
                          .batch = axes_find(axes, "batch_size"),
                          .portion = axes_find(axes, "portion"),
                          .strategy = axes_find(axes, "strategy"),
                          .backprop = axes_find(axes, "backprop")};
    set_line_axes(&ruler);
    set_looks(&ruler);
    return ruler;
}

/* ---- which group is on which line ---- */

static int agree(const struct ruler *ruler, const struct group *a, const struct group *b, const axis_set axes)
{
    return variation_agree(ruler->variation, a->first, b->first, axes);
}

static int is_whole(const struct group *group)
{
    return group->portion >= 1;
}

/* Whether the whole batch was trained in the way of back-propagating that a line stands for. */
static int has_own_end(const struct ruler *ruler, const struct group *first)
{
    for (int g = 0; g < ruler->groups->count; g++)
        if (is_whole(&ruler->groups->group[g]) && agree(ruler, first, &ruler->groups->group[g], ruler->whole)) return 1;
    return 0;
}

/* At p = 1 every strategy is the same training, so that point ends the line of each, in whatever way it was
 * back-propagated if not in the line's own. Against the batch size, strategies share a line: what such a plot shows
 * is the same for all. */
static int on_line(const struct ruler *ruler, const struct group *first, int own_end, const struct group *group)
{
    if (ruler->plot->axis != PLOT_PORTION || !is_whole(group)) return agree(ruler, first, group, ruler->line);
    return agree(ruler, first, group, own_end ? ruler->whole : ruler->whole_loose);
}

/* ---- lines and their looks ---- */

static int is_held(const struct series_list *list, const struct ruler *ruler, const struct group *group)
{
    for (int s = 0; s < list->count; s++)
        if (on_line(ruler, list->series[s].first, list->series[s].own_end, group)) return 1;
    return 0;
}

/* An earlier line's position if that agrees in the axes, else the next free one. */
static int position(const struct series_list *list, const struct ruler *ruler, const struct group *group,
                    const axis_set axes, size_t member)
{
    int next = 0;
    for (int s = 0; s < list->count; s++) {
        int taken = *(const int *)((const char *)&list->series[s] + member);
        if (agree(ruler, list->series[s].first, group, axes)) return taken;
        if (taken >= next) next = taken + 1;
    }
    return next;
}

/* What differs somewhere, or the strategy if nothing does; the list owns it. NULL if memory is out. */
static char *make_label(const struct ruler *ruler, const struct group *group)
{
    const struct results *results = ruler->groups->results;
    char text[VARIATION_TEXT_SIZE], *label = NULL;
    const char *separator = "";
    size_t size;
    FILE *stream = open_memstream(&label, &size);
    if (!stream) return NULL;
    for (int i = 0; i < results_axis_count(results); i++) {
        int axis = (i + results->axes.count) % results_axis_count(results); /* the run comes first */
        if (!ruler->label[axis]) continue;
        variation_label(ruler->variation, group->first, axis, text);
        fprintf(stream, "%s%s", separator, text);
        separator = ", ";
    }
    if (!separator[0] && ruler->strategy >= 0) {
        variation_value(ruler->variation, group->first, ruler->strategy, text);
        fputs(text, stream);
    }
    if (fclose(stream) == 0) return label;
    free(label);
    return NULL;
}

static int add_series(struct series_list *list, const struct ruler *ruler, const struct group *first)
{
    struct series series = {
        .first = first,
        .label = make_label(ruler, first),
        .own_end = has_own_end(ruler, first),
        .in_key = 1,
        .panel = position(list, ruler, first, ruler->panel, offsetof(struct series, panel)),
        .color = position(list, ruler, first, ruler->color, offsetof(struct series, color)),
        .shape = position(list, ruler, first, ruler->shape, offsetof(struct series, shape)),
        .dash = position(list, ruler, first, ruler->dash, offsetof(struct series, dash)),
    };
    if (!series.label) return -1;
    for (int s = 0; s < list->count; s++)
        if (strcmp(list->series[s].label, series.label) == 0) series.in_key = 0;
    if (series.panel >= list->panel_count) list->panel_count = series.panel + 1;
    list->series[list->count++] = series;
    return 0;
}

/* A line begins with every group that no line holds yet. Against the portion, the whole batch alone makes no line
 * unless nothing else does. */
static int list_series(struct series_list *list, const struct ruler *ruler)
{
    for (int whole = 0; whole < 2; whole++)
        for (int g = 0; g < ruler->groups->count; g++) {
            const struct group *group = &ruler->groups->group[g];
            if (ruler->plot->axis == PLOT_PORTION && is_whole(group) != whole) continue;
            if (!is_held(list, ruler, group) && add_series(list, ruler, group) != 0) return -1;
        }
    return 0;
}

/* Gives every name a color of its own if all would have one color, or colors and marks do not suffice to tell two names
 * apart. */
static void color_by_name(struct series_list *list, const struct ruler *ruler)
{
    int colors = 0, shapes = 0;
    axis_set name;
    for (int s = 0; s < list->count; s++) {
        if (list->series[s].color >= colors) colors = list->series[s].color + 1;
        if (list->series[s].shape >= shapes) shapes = list->series[s].shape + 1;
    }
    if (shapes < 2 || (colors > 1 && colors <= HUES && shapes <= MARKS)) return;
    for (int a = 0; a <= AXES_MAX; a++) name[a] = ruler->color[a] || ruler->shape[a];
    struct series_list before = {.series = list->series};
    for (; before.count < list->count; before.count++) {
        struct series *series = &list->series[before.count];
        series->color = position(&before, ruler, series->first, name, offsetof(struct series, color));
        series->shape = 0;
    }
}

/* ---- points ---- */

static double in_print(const struct metric *metric, double value)
{
    return value * metric_formats[metric->unit].scale;
}

static struct series_point make_point(const struct ruler *ruler, double x, const struct groups_value *value)
{
    return (struct series_point){x, in_print(ruler->metric, value->mean), in_print(ruler->metric, value->deviation)};
}

static int has_point(const struct series *series, double x)
{
    for (int i = 0; i < series->point_count; i++)
        if (series->points[i].x == x) return 1;
    return 0;
}

static int compare_points(const void *a, const void *b)
{
    const struct series_point *left = a, *right = b;
    return (left->x > right->x) - (left->x < right->x);
}

/* One point for each group on the line; if several have one x, the first stands for them. The axis is logarithmic: x
 * is above 0. */
static void fill_from_groups(struct series *series, const struct ruler *ruler, struct series_point *points)
{
    series->points = points;
    for (int g = 0; g < ruler->groups->count; g++) {
        const struct group *group = &ruler->groups->group[g];
        double x = ruler->plot->axis == PLOT_BATCH ? group->batch_size : group->portion;
        struct series_point point = make_point(ruler, x, group_value(group, ruler->metric));
        if (!isfinite(point.mean) || !isfinite(point.x) || point.x <= 0) continue;
        if (!on_line(ruler, series->first, series->own_end, group) || has_point(series, point.x)) continue;
        series->points[series->point_count++] = point;
    }
    qsort(series->points, (size_t)series->point_count, sizeof *series->points, compare_points);
}

/* One point for each epoch of the line's group. */
static void fill_from_epochs(struct series *series, const struct ruler *ruler, struct series_point *points)
{
    series->points = points;
    for (int e = 0; e < series->first->epoch_count; e++) {
        const struct groups_epoch *epoch = &series->first->epochs[e];
        double recall = in_print(ruler->recall, epoch->value[ruler->recall - metrics_table].mean);
        struct series_point point = make_point(ruler, ruler->plot->axis == PLOT_EPOCH ? epoch->epoch : recall,
                                               &epoch->value[ruler->metric - metrics_table]);
        if (isfinite(point.x) && isfinite(point.mean)) series->points[series->point_count++] = point;
    }
}

static int compare_numbers(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Fills ticks and range from the points (count) that all lines have. */
static void measure_axes(struct series_list *list, size_t count)
{
    list->y_low = INFINITY;
    list->y_high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        const struct series_point *point = &list->points[i];
        double bar = isfinite(point->deviation) ? point->deviation : 0;
        list->y_low = fmin(list->y_low, point->mean - bar);
        list->y_high = fmax(list->y_high, point->mean + bar);
        list->ticks[i] = point->x;
    }
    qsort(list->ticks, count, sizeof *list->ticks, compare_numbers);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || list->ticks[i] != list->ticks[list->tick_count - 1])
            list->ticks[list->tick_count++] = list->ticks[i];
}

/* The most points that a line can have. */
static size_t most_points(const struct ruler *ruler)
{
    int most = 0;
    if (!plot_is_by_epoch(ruler->plot)) return (size_t)ruler->groups->count;
    for (int g = 0; g < ruler->groups->count; g++)
        if (ruler->groups->group[g].epoch_count > most) most = ruler->groups->group[g].epoch_count;
    return (size_t)most;
}

static int allocate_points(struct series_list *list, size_t most)
{
    size_t count;
    if (size_multiply((size_t)list->count, most, &count) != 0) return -1;
    list->points = calloc(count + 1, sizeof *list->points);
    list->ticks = calloc(count + 1, sizeof *list->ticks);
    return list->points && list->ticks ? 0 : -1;
}

/* ---- the list ---- */

int series_apply(const struct plot *plot, const struct groups *groups)
{
    if (!plot_is_by_epoch(plot)) return groups->count > 0;
    for (int g = 0; g < groups->count; g++)
        if (group_evaluations(&groups->group[g], plot_metric(plot)) > 1) return 1;
    return 0;
}

int series_list_init(struct series_list *list, const struct plot *plot, const struct groups *groups,
                     const struct variation *variation, struct error *error)
{
    struct ruler ruler = make_ruler(plot, groups, variation);
    size_t used = 0;
    *list = (struct series_list){.series = calloc((size_t)groups->count + 1, sizeof *list->series)};
    if (!list->series || list_series(list, &ruler) != 0 || allocate_points(list, most_points(&ruler)) != 0) {
        series_list_release(list);
        return error_set(error, "out of memory");
    }
    color_by_name(list, &ruler);
    for (int s = 0; s < list->count; s++) {
        if (plot_is_by_epoch(plot))
            fill_from_epochs(&list->series[s], &ruler, list->points + used);
        else
            fill_from_groups(&list->series[s], &ruler, list->points + used);
        used += (size_t)list->series[s].point_count;
    }
    measure_axes(list, used);
    for (size_t i = 0; i < used && plot->axis == PLOT_PORTION; i++) list->has_whole |= list->points[i].x == 1;
    return 0;
}

void series_list_release(struct series_list *list)
{
    for (int s = 0; s < list->count; s++) free(list->series[s].label);
    free(list->series);
    free(list->points);
    free(list->ticks);
    *list = (struct series_list){0};
}
