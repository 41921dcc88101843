/* series.c - see series.h. */
#include "harness/reports/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define BIT(key) (1u << (key))

/* What was trained, whatever the grid of batch sizes, strategies and portions. */
static const unsigned subject_keys = BIT(KEY_RUN) | BIT(KEY_DATASET) | BIT(KEY_MODEL) | BIT(KEY_LOSS) |
                                     BIT(KEY_SAMPLER) | BIT(KEY_PER_CLASS) | BIT(KEY_PRECISION) |
                                     BIT(KEY_GRADIENT_SCALE) | BIT(KEY_ACCUMULATE) | BIT(KEY_MEMORY_BANK);

/* What all cells of a run have in common, so that its name says it too. */
static const unsigned run_keys = BIT(KEY_DATASET) | BIT(KEY_MODEL) | BIT(KEY_LOSS) | BIT(KEY_PRECISION);

/* What a key is called in a label, before its value. */
static const char *const key_labels[KEYS] = {
    [KEY_PER_CLASS] = "samples per class ", [KEY_PORTION] = "p = ",
    [KEY_GRADIENT_SCALE] = "scale ",        [KEY_ACCUMULATE] = "accumulate ",
    [KEY_MEMORY_BANK] = "memory bank ",
};

/* What tells lines of one subject and panel apart, besides how they were back-propagated. */
static const unsigned grid_keys[] = {
    [PLOT_PORTION] = BIT(KEY_STRATEGY),
    [PLOT_BATCH] = BIT(KEY_PORTION),
    [PLOT_EPOCH] = BIT(KEY_STRATEGY) | BIT(KEY_PORTION),
    [PLOT_RECALL] = BIT(KEY_STRATEGY) | BIT(KEY_PORTION),
};

static unsigned panel_keys(const struct plot *plot)
{
    return plot->axis == PLOT_BATCH ? 0 : BIT(KEY_BATCH);
}

static unsigned backprop_keys(const struct plot *plot)
{
    return plot->by_backprop ? BIT(KEY_BACKPROP) : 0;
}

static int is_full(const struct aggregate_group *group)
{
    return group->portion >= 1;
}

/* Whether the whole batch was trained in the way of back-propagating that a line stands for. */
static int has_own_end(const struct aggregate *aggregate, const struct aggregate_group *first, unsigned keys)
{
    for (int g = 0; g < aggregate->group_count; g++)
        if (is_full(&aggregate->groups[g]) && aggregate_agree(first, &aggregate->groups[g], keys)) return 1;
    return 0;
}

/* At p = 1 every strategy is the same training, so that point ends the line of each, in whatever way it was
 * back-propagated where not in the line's own. Against the batch size, strategies share a line: what such a plot shows
 * is the same for all. */
static int on_line(const struct plot *plot, const struct aggregate *aggregate, const struct aggregate_group *first,
                   const struct aggregate_group *group)
{
    unsigned keys = subject_keys | panel_keys(plot) | backprop_keys(plot);
    if (plot->axis != PLOT_PORTION) return aggregate_agree(first, group, keys | grid_keys[plot->axis]);
    if (!is_full(group)) return aggregate_agree(first, group, keys | grid_keys[PLOT_PORTION]);
    if (aggregate_agree(first, group, keys)) return 1;
    return aggregate_agree(first, group, keys & ~(BIT(KEY_BACKPROP) | BIT(KEY_GRADIENT_SCALE))) &&
           !has_own_end(aggregate, first, keys);
}

static int is_held(const struct series_list *list, const struct plot *plot, const struct aggregate *aggregate,
                   const struct aggregate_group *group)
{
    for (int s = 0; s < list->count; s++)
        if (on_line(plot, aggregate, list->series[s].first, group)) return 1;
    return 0;
}

/* An earlier line's position where that agrees in the keys, else the next free one. */
static int position(const struct series_list *list, const struct aggregate_group *group, unsigned keys, size_t member)
{
    int next = 0;
    for (int s = 0; s < list->count; s++) {
        int taken = *(const int *)((const char *)&list->series[s] + member);
        if (aggregate_agree(list->series[s].first, group, keys)) return taken;
        if (taken >= next) next = taken + 1;
    }
    return next;
}

/* The values of those keys that differ somewhere, or the strategy where none does. */
static void make_label(struct series *series, unsigned keys)
{
    size_t used = 0;
    if (keys & BIT(KEY_RUN)) keys &= ~run_keys;
    for (int k = 0; k < KEYS && used < SERIES_LABEL_SIZE; k++)
        if (keys & BIT(k))
            used += (size_t)snprintf(series->label + used, SERIES_LABEL_SIZE - used, "%s%s%s", used ? ", " : "",
                                     key_labels[k] ? key_labels[k] : "", series->first->key[k]);
    if (used == 0) snprintf(series->label, SERIES_LABEL_SIZE, "%s", series->first->key[KEY_STRATEGY]);
}

static void add_series(struct series_list *list, const struct plot *plot, const struct aggregate *aggregate,
                       const struct aggregate_group *first)
{
    unsigned grid = grid_keys[plot->axis], backprop = backprop_keys(plot);
    struct series series = {
        .first = first,
        .in_key = 1,
        .panel = position(list, first, panel_keys(plot), offsetof(struct series, panel)),
        .color = position(list, first, grid, offsetof(struct series, color)),
        .shape = position(list, first, subject_keys, offsetof(struct series, shape)),
        .dash = position(list, first, backprop, offsetof(struct series, dash)),
    };
    make_label(&series, aggregate->varying & (subject_keys | grid | backprop));
    for (int s = 0; s < list->count; s++)
        if (strcmp(list->series[s].label, series.label) == 0) series.in_key = 0;
    if (series.panel >= list->panel_count) list->panel_count = series.panel + 1;
    list->series[list->count++] = series;
}

/* A line begins with every group that no line holds yet. Against the portion, the whole batch alone makes no line
 * unless nothing else does. */
static void list_series(struct series_list *list, const struct plot *plot, const struct aggregate *aggregate)
{
    for (int full = 0; full < 2; full++)
        for (int g = 0; g < aggregate->group_count; g++) {
            const struct aggregate_group *group = &aggregate->groups[g];
            if (plot->axis == PLOT_PORTION && is_full(group) != full) continue;
            if (!is_held(list, plot, aggregate, group)) add_series(list, plot, aggregate, group);
        }
}

/* Where one colour would do for all lines, colours tell what marks did. */
static void color_by_subject(struct series_list *list)
{
    for (int s = 0; s < list->count; s++)
        if (list->series[s].color > 0) return;
    for (int s = 0; s < list->count; s++) {
        list->series[s].color = list->series[s].shape;
        list->series[s].shape = 0;
    }
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

/* One point for each group on the line; where several have one x, the first stands for them. The axis is logarithmic: x
 * is above 0. */
static void fill_from_groups(struct series *series, const struct plot *plot, const struct aggregate *aggregate,
                             struct series_point *points)
{
    series->points = points;
    for (int g = 0; g < aggregate->group_count; g++) {
        const struct aggregate_group *group = &aggregate->groups[g];
        const struct aggregate_value *value = &group->value[plot->metric];
        struct series_point point = {plot->axis == PLOT_BATCH ? group->batch_size : group->portion,
                                     value->mean * plot->scale, value->deviation * plot->scale};
        if (!isfinite(point.mean) || !isfinite(point.x) || point.x <= 0) continue;
        if (!on_line(plot, aggregate, series->first, group) || has_point(series, point.x)) continue;
        series->points[series->point_count++] = point;
    }
    qsort(series->points, (size_t)series->point_count, sizeof *series->points, compare_points);
}

/* One point for each epoch of the line's group. */
static void fill_from_epochs(struct series *series, const struct plot *plot, struct series_point *points)
{
    series->points = points;
    for (int e = 0; e < series->first->epoch_count; e++) {
        const struct aggregate_epoch *epoch = &series->first->epochs[e];
        const struct aggregate_value *value = &epoch->value[plot->metric];
        double recall = epoch->value[METRIC_RECALL].mean * plot->scale;
        struct series_point point = {plot->axis == PLOT_EPOCH ? epoch->epoch : recall, value->mean * plot->scale,
                                     value->deviation * plot->scale};
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
static size_t most_points(const struct plot *plot, const struct aggregate *aggregate)
{
    int most = 0;
    if (!plot_is_by_epoch(plot)) return (size_t)aggregate->group_count;
    for (int g = 0; g < aggregate->group_count; g++)
        if (aggregate->groups[g].epoch_count > most) most = aggregate->groups[g].epoch_count;
    return (size_t)most;
}

static int allocate_points(struct series_list *list, size_t most, struct error *error)
{
    size_t count;
    if (size_multiply((size_t)list->count, most, &count) == 0) {
        list->points = calloc(count + 1, sizeof *list->points);
        list->ticks = calloc(count + 1, sizeof *list->ticks);
    }
    return list->points && list->ticks ? 0 : error_set(error, "out of memory");
}

int series_list_init(struct series_list *list, const struct plot *plot, const struct aggregate *aggregate,
                     struct error *error)
{
    size_t groups = (size_t)aggregate->group_count, used = 0;
    *list = (struct series_list){.series = calloc(groups + 1, sizeof *list->series)};
    if (!list->series) return error_set(error, "out of memory");
    list_series(list, plot, aggregate);
    color_by_subject(list);
    if (allocate_points(list, most_points(plot, aggregate), error) != 0) {
        series_list_release(list);
        return -1;
    }
    for (int s = 0; s < list->count; s++) {
        if (plot_is_by_epoch(plot))
            fill_from_epochs(&list->series[s], plot, list->points + used);
        else
            fill_from_groups(&list->series[s], plot, aggregate, list->points + used);
        used += (size_t)list->series[s].point_count;
    }
    measure_axes(list, used);
    return 0;
}

void series_list_release(struct series_list *list)
{
    free(list->series);
    free(list->points);
    free(list->ticks);
    *list = (struct series_list){0};
}
