/* series.c - see series.h. */
#include "harness/reports/plots/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "harness/reports/plots/ruler.h"

/* ---- lines ---- */

static int is_held(const struct series_list *list, const struct ruler *ruler, const struct group *group)
{
    for (int s = 0; s < list->count; s++)
        if (ruler_on_line(ruler, list->series[s].first, list->series[s].own_end, group)) return 1;
    return 0;
}

static const char *strategy_of(const struct ruler *ruler, const struct group *group)
{
    return ruler->strategy < 0 ? "" : results_value(ruler->groups->results, group->first, ruler->strategy);
}

static int add_series(struct series_list *list, const struct ruler *ruler, const struct group *first)
{
    axis_set named;
    for (int a = 0; a <= AXES_MAX; a++) named[a] = ruler->line[a] && !(a == ruler->batch && ruler->base[a]);
    const char *strategy = strategy_of(ruler, first);
    struct series *series = &list->series[list->count];
    *series = (struct series){
        .first = first,
        .label = ruler_label(ruler, first, named, 1),
        .own_end = ruler_has_own_end(ruler, first),
        .is_landmark = ruler->by_strategy && (strcmp(strategy, "full") == 0 || strcmp(strategy, "random") == 0),
    };
    if (!series->label) return -1;
    list->count++;
    return 0;
}

/* Each group that is on no line yet begins one. Against the portion, whole batches come last, so they begin a line only
 * if no other line contains them. */
static int list_series(struct series_list *list, const struct ruler *ruler)
{
    for (int whole = 0; whole < 2; whole++)
        for (int g = 0; g < ruler->groups->count; g++) {
            const struct group *group = &ruler->groups->group[g];
            if (ruler->plot->axis == PLOT_PORTION && ruler_is_whole(group) != whole) continue;
            if (!is_held(list, ruler, group) && add_series(list, ruler, group) != 0) return -1;
        }
    return 0;
}

/* ---- panels and looks ---- */

/* The position (an int at offset `member`) of an earlier line that agrees in these axes, else the next free one. */
static int position(const struct series_list *list, const struct ruler *ruler, int line, const axis_set axes,
                    size_t member)
{
    int next = 0;
    for (int s = 0; s < line; s++) {
        int taken = *(const int *)((const char *)&list->series[s] + member);
        if (ruler_agree(ruler, list->series[s].first, list->series[line].first, axes)) return taken;
        if (taken >= next) next = taken + 1;
    }
    return next;
}

static int most_in_a_panel(const struct series_list *list)
{
    int most = 0;
    for (int s = 0; s < list->count; s++) {
        int count = 0;
        for (int t = 0; t < list->count; t++) count += list->series[t].base == list->series[s].base;
        if (count > most) most = count;
    }
    return most;
}

static int title_panels(struct series_list *list, const struct ruler *ruler)
{
    list->panel_title = calloc((size_t)list->count + 1, sizeof *list->panel_title);
    if (!list->panel_title) return -1;
    for (int s = 0; s < list->count; s++) {
        struct series *series = &list->series[s];
        if (series->panel < list->panel_count) continue;
        list->panel_title[list->panel_count++] = ruler_label(ruler, series->first, ruler->panel, list->is_split);
        if (!list->panel_title[series->panel]) return -1;
    }
    return 0;
}

/* Assigns lines to panels. With many lines, each strategy, or each value that colors show, gets its own. */
static int set_panels(struct series_list *list, struct ruler *ruler)
{
    for (int s = 0; s < list->count; s++)
        list->series[s].base = position(list, ruler, s, ruler->base, offsetof(struct series, base));
    if (most_in_a_panel(list) > SERIES_LINES_MAX) {
        ruler_split(ruler);
        list->is_split = 1;
    }
    for (int s = 0; s < list->count; s++)
        list->series[s].panel = position(list, ruler, s, ruler->panel, offsetof(struct series, panel));
    return title_panels(list, ruler);
}

static int is_taken(const struct series_list *list, int line, struct look look)
{
    for (int s = 0; s < line; s++) {
        const struct look *other = &list->series[s].look;
        if (list->series[s].base == list->series[line].base && other->color == look.color && other->mark == look.mark &&
            other->dash == look.dash)
            return 1;
    }
    return 0;
}

/* A line with whole batches only looks like ordinary training, whatever colors show. */
static struct look find_look(const struct ruler *ruler, const struct series *series)
{
    enum plot_axis x = ruler->plot->axis;
    if (ruler->by_strategy) return palette_of_strategy(strategy_of(ruler, series->first));
    if ((x == PLOT_BATCH || x == PLOT_PORTION) && ruler_is_whole(series->first)) return palette_of_strategy("full");
    return palette_of_order(series->color);
}

/* Lines that would look the same, such as variants of a strategy's options, get different dashes. */
static void set_looks(struct series_list *list, const struct ruler *ruler)
{
    for (int s = 0; s < list->count; s++) {
        struct series *series = &list->series[s];
        series->color = position(list, ruler, s, ruler->color, offsetof(struct series, color));
        series->dash = position(list, ruler, s, ruler->dash, offsetof(struct series, dash));
        series->look = find_look(ruler, series);
        int dash = series->look.color == PALETTE_FULL ? 0 : series->dash;
        series->look.dash = 1 + dash % PALETTE_DASHES;
        for (int i = 0; i < PALETTE_DASHES && is_taken(list, s, series->look); i++)
            series->look.dash = 1 + series->look.dash % PALETTE_DASHES;
    }
}

/* Short labels leave out what the panel's title says. Returns -1 if memory runs out. */
static int set_short_labels(struct series_list *list, const struct ruler *ruler)
{
    for (int s = 0; s < list->count; s++) {
        axis_set rest;
        for (int a = 0; a <= AXES_MAX; a++) rest[a] = ruler->line[a] && !ruler->panel[a];
        list->series[s].short_label = ruler_label(ruler, list->series[s].first, rest, !list->is_split);
        if (!list->series[s].short_label) return -1;
    }
    return 0;
}

/* ---- points ---- */

static struct series_point make_point(double x, const struct groups_value *value, const struct group *group)
{
    return (struct series_point){x, value->mean, value->deviation, value->count, group};
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

/* Adds a point for each group on the line; of several with the same x, the first. The axis is logarithmic, so x must be
 * above 0. */
static void fill_from_groups(struct series *series, const struct ruler *ruler, struct series_point *points)
{
    const struct metric *metric = plot_metric(ruler->plot);
    series->points = points;
    for (int g = 0; g < ruler->groups->count; g++) {
        const struct group *group = &ruler->groups->group[g];
        double x = ruler->plot->axis == PLOT_BATCH ? group->batch_size : group->portion;
        struct series_point point = make_point(x, group_value(group, metric), group);
        if (!isfinite(point.mean) || !isfinite(point.x) || point.x <= 0) continue;
        if (!ruler_on_line(ruler, series->first, series->own_end, group) || has_point(series, point.x)) continue;
        series->points[series->point_count++] = point;
    }
    qsort(series->points, (size_t)series->point_count, sizeof *series->points, compare_points);
}

/* The position of the plot's metric among groups_step_metrics. */
static int step_metric(const struct plot *plot)
{
    int m = 0;
    while (m < GROUPS_STEP_METRICS - 1 && strcmp(groups_step_metrics[m], plot->metric) != 0) m++;
    return m;
}

/* Adds a point for each epoch of the line's group. */
static void fill_from_epochs(struct series *series, const struct ruler *ruler, struct series_point *points)
{
    const struct metric *metric = plot_metric(ruler->plot);
    const struct metric *across = ruler->plot->x ? metric_find(ruler->plot->x) : NULL;
    series->points = points;
    for (int e = 0; e < series->first->epoch_count; e++) {
        const struct groups_epoch *epoch = &series->first->epochs[e];
        double x = across ? epoch->value[across - metrics_table].mean : epoch->epoch;
        struct series_point point = make_point(x, &epoch->value[metric - metrics_table], series->first);
        if (isfinite(point.x) && isfinite(point.mean)) series->points[series->point_count++] = point;
    }
}

/* Adds a point for every few steps of the line's group. */
static void fill_from_steps(struct series *series, const struct ruler *ruler, struct series_point *points)
{
    int m = step_metric(ruler->plot);
    series->points = points;
    for (int s = 0; s < series->first->step_count; s++) {
        const struct groups_step *step = &series->first->steps[s];
        struct series_point point = make_point(step->step, &step->value[m], series->first);
        point.deviation = NAN; /* bars of so many points would hide the lines */
        if (isfinite(point.mean)) series->points[series->point_count++] = point;
    }
}

/* The most points that a line can have. */
static size_t most_points(const struct ruler *ruler)
{
    int most = 0, by_step = ruler->plot->axis == PLOT_STEP;
    if (!plot_is_of_course(ruler->plot)) return (size_t)ruler->groups->count;
    for (int g = 0; g < ruler->groups->count; g++) {
        const struct group *group = &ruler->groups->group[g];
        most = number_larger(most, by_step ? group->step_count : group->epoch_count);
    }
    return (size_t)most;
}

static int fill_points(struct series_list *list, const struct ruler *ruler)
{
    size_t count, used = 0;
    if (size_multiply((size_t)list->count, most_points(ruler), &count) != 0) return -1;
    list->points = calloc(count + 1, sizeof *list->points);
    if (!list->points) return -1;
    for (int s = 0; s < list->count; s++) {
        if (ruler->plot->axis == PLOT_STEP)
            fill_from_steps(&list->series[s], ruler, list->points + used);
        else if (plot_is_of_course(ruler->plot))
            fill_from_epochs(&list->series[s], ruler, list->points + used);
        else
            fill_from_groups(&list->series[s], ruler, list->points + used);
        used += (size_t)list->series[s].point_count;
    }
    for (size_t i = 0; i < used && ruler->plot->axis == PLOT_PORTION; i++) list->has_whole |= list->points[i].x == 1;
    return 0;
}

/* ---- the list ---- */

static int has_batch_sizes(const struct groups *groups)
{
    for (int g = 1; g < groups->count; g++)
        if (groups->group[g].batch_size != groups->group[0].batch_size) return 1;
    return 0;
}

int series_apply(const struct plot *plot, const struct groups *groups)
{
    if (plot->axis == PLOT_BATCH) return has_batch_sizes(groups);
    if (!plot_is_of_course(plot)) return groups->count > 0;
    for (int g = 0; g < groups->count; g++) {
        const struct group *group = &groups->group[g];
        if (plot->axis == PLOT_STEP ? group->step_count > 1 : group_evaluations(group, plot_metric(plot)) > 1) return 1;
    }
    return 0;
}

int series_list_init(struct series_list *list, const struct plot *plot, const struct groups *groups,
                     const struct variation *variation, struct error *error)
{
    struct ruler ruler = ruler_make(plot, groups, variation);
    *list = (struct series_list){.series = calloc((size_t)groups->count + 1, sizeof *list->series)};
    int status = list->series ? list_series(list, &ruler) : -1;
    if (status == 0) status = set_panels(list, &ruler);
    if (status == 0) status = set_short_labels(list, &ruler);
    if (status == 0) status = fill_points(list, &ruler);
    if (status == 0) {
        set_looks(list, &ruler);
        return 0;
    }
    series_list_release(list);
    return error_set(error, "out of memory");
}

void series_list_release(struct series_list *list)
{
    for (int s = 0; s < list->count; s++) {
        free(list->series[s].label);
        free(list->series[s].short_label);
    }
    for (int p = 0; p < list->panel_count && list->panel_title; p++) free(list->panel_title[p]);
    free(list->panel_title);
    free(list->series);
    free(list->points);
    *list = (struct series_list){0};
}
