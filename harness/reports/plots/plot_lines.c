/* plot_lines.c - line plots against the portion, the batch size, the epoch, the step or another metric. A few lines
 * share a panel and a key; many have panels of their own, which show the others in a pale color. */
#include "harness/reports/plots/plots.h"

#include <math.h>
#include <string.h>

#include "harness/reports/plots/series.h"

/* With more seeds than this in all, no single seeds are shown. */
enum { SEEDS_MAX = 1200 };

static const char start_label[] = "before training", others_label[] = "all others";

static struct figure_axis x_axis(const struct plot *plot)
{
    switch (plot->axis) {
    case PLOT_PORTION:
        return (struct figure_axis){"gradient portion p", "p", "portion", "", 1, -1, FIGURE_TICKS_AT_POINTS, 1};
    case PLOT_BATCH:
        return (struct figure_axis){"batch size B", "batch size", "batch_size", "", 1, -1, FIGURE_TICKS_AT_POINTS, 1};
    case PLOT_STEP:
        return (struct figure_axis){"step", "step", "step", "", 1, -1, FIGURE_TICKS_ROUND};
    default:
        return (struct figure_axis){"epoch", "epoch", "epoch", "", 1, 0, FIGURE_TICKS_WHOLE};
    }
}

static void set_axes(struct figure *figure, const struct plot *plot)
{
    figure->x = plot->axis == PLOT_METRIC ? figure_metric_axis(figure, metric_find(plot->x)) : x_axis(plot);
    figure->y = figure_metric_axis(figure, plot_metric(plot));
    figure->y.has_zero = plot->has_zero;
    if (plot->second) figure->y.title = "loss";
}

/* ---- lines ---- */

static int add_line(struct figure *figure, const struct series *series, enum figure_layer layer, int panel, double size)
{
    int line = figure_add_series(figure, &(struct figure_series){.panel = panel,
                                                                 .layer = layer,
                                                                 .label = series->label,
                                                                 .look = series->look,
                                                                 .size = size,
                                                                 .is_joined = 1});
    for (int i = 0; i < series->point_count; i++) {
        const struct series_point *from = &series->points[i];
        struct figure_point point = figure_point_at(from->x, from->mean);
        point.of = "mean";
        if (layer == FIGURE_MEANS && from->deviation >= 0) {
            point.low = from->mean - from->deviation;
            point.high = from->mean + from->deviation;
        }
        figure_add_point(figure, line, &point);
    }
    return line;
}

/* Adds the other lines of the same base, pale, as one series with gaps. */
static void add_others(struct figure *figure, const struct series_list *list, int panel, int base)
{
    struct figure_series pale = {.panel = panel, .layer = FIGURE_BEHIND, .label = others_label};
    int line = figure_add_series(figure, &pale);
    figure_add_key(figure, others_label, (struct look){PALETTE_PALE, 0, 1});
    for (int s = 0; s < list->count; s++) {
        const struct series *series = &list->series[s];
        if (series->base != base || series->panel == panel) continue;
        for (int i = 0; i < series->point_count; i++) {
            struct figure_point point = figure_point_at(series->points[i].x, series->points[i].mean);
            figure_add_point(figure, line, &point);
        }
        struct figure_point gap = figure_point_at(NAN, NAN);
        figure_add_point(figure, line, &gap);
    }
}

static void add_landmarks(struct figure *figure, const struct series_list *list, int panel, int base)
{
    for (int s = 0; s < list->count; s++) {
        const struct series *series = &list->series[s];
        if (!series->is_landmark || series->base != base || series->panel == panel) continue;
        add_line(figure, series, FIGURE_GUIDE, panel, 0);
        figure_add_key(figure, series->label, (struct look){series->look.color, 0, series->look.dash});
    }
}

/* Adds a level line where training began: the mean over the base's lines at epoch 0, if any were evaluated there. */
static void add_start(struct figure *figure, const struct series_list *list, int panel, int base)
{
    double sum = 0, last = 0;
    int count = 0;
    for (int s = 0; s < list->count; s++) {
        const struct series *series = &list->series[s];
        if (series->base != base || series->point_count == 0) continue;
        last = fmax(last, series->points[series->point_count - 1].x);
        if (series->points[0].x != 0) continue;
        sum += series->points[0].mean;
        count++;
    }
    if (count == 0) return;
    struct look look = {PALETTE_BORDER, 0, 3};
    int line = figure_add_series(
        figure, &(struct figure_series){.panel = panel, .layer = FIGURE_GUIDE, .label = start_label, .look = look});
    struct figure_point from = figure_point_at(0, sum / count), to = figure_point_at(last, sum / count);
    figure_add_point(figure, line, &from);
    figure_add_point(figure, line, &to);
    figure_add_key(figure, start_label, look);
}

/* ---- single seeds ---- */

/* Adds the single cells of the line's groups; those that other work slowed down are crossed. */
static void add_seeds(struct figure *figure, const struct plot *plot, const struct plot_input *input,
                      const struct series *series)
{
    const struct groups *groups = input->groups;
    const struct results *results = groups->results;
    const struct metric *metric = plot_metric(plot);
    int seeds = figure_add_series(figure, &(struct figure_series){.panel = series->panel,
                                                                  .layer = FIGURE_SEEDS,
                                                                  .label = series->label,
                                                                  .look = {series->look.color, 6, 1}});
    int disturbed = figure_add_series(figure, &(struct figure_series){.panel = series->panel,
                                                                      .layer = FIGURE_SEEDS,
                                                                      .label = series->label,
                                                                      .look = {series->look.color, 2, 1},
                                                                      .size = 1.8});
    for (int i = 0; i < series->point_count; i++) {
        const struct series_point *mean = &series->points[i];
        if (mean->count < 2) continue;
        for (int c = 0; c < results->ok.count; c++) {
            struct results_cell cell = results->ok.cells[c];
            if (&groups->group[groups->of_cell[c]] != mean->group) continue;
            struct figure_point point = figure_point_at(mean->x, results_measure(results, cell, metric));
            int is_disturbed = groups_is_time(metric) && results_is_disturbed(results, cell);
            point.of = figure_text(figure, "seed %s", results_text(results, cell, "seed"));
            point.note = is_disturbed ? "disturbed" : NULL;
            figure_add_point(figure, is_disturbed ? disturbed : seeds, &point);
        }
    }
}

/* ---- words ---- */

/* Whether labels at the ends of the lines replace the key; against the portion lines end at the same point. */
static int has_end_labels(const struct plot *plot, const struct series_list *list)
{
    return !list->is_split && list->panel_count == 1 && plot->axis != PLOT_PORTION && plot->axis != PLOT_METRIC;
}

static void add_end_label(struct figure *figure, const struct series *series)
{
    if (series->point_count == 0) return;
    const struct series_point *end = &series->points[series->point_count - 1];
    figure_add_label(figure, &(struct figure_label){.panel = series->panel,
                                                    .text = series->label,
                                                    .x = 1,
                                                    .y = end->mean,
                                                    .at_edge = 1,
                                                    .dx = 8,
                                                    .align = -1,
                                                    .ink = palette_colors[series->look.color].light,
                                                    .place = FIGURE_SPREAD});
}

/* Adds a line to the key; in panels of one strategy each, only the dashes of portions. */
static void name_line(struct figure *figure, const struct series_list *list, const struct series *series)
{
    if (!list->is_split)
        figure_add_key(figure, series->short_label, series->look);
    else if (series->short_label[0] && series->look.color != PALETTE_FULL)
        figure_add_key(figure, series->short_label, (struct look){PALETTE_INK, 0, series->look.dash});
}

static int longest_label(const struct series_list *list)
{
    double longest = 0;
    for (int s = 0; s < list->count; s++) longest = fmax(longest, 8 + 7.3 * (double)strlen(list->series[s].label));
    return (int)longest;
}

/* ---- the figure ---- */

static int count_seeds(const struct series_list *list)
{
    int count = 0;
    for (int s = 0; s < list->count; s++)
        for (int i = 0; i < list->series[s].point_count; i++) count += list->series[s].points[i].count;
    return count;
}

static void add_behind(struct figure *figure, const struct plot *plot, const struct series_list *list, int panel,
                       int base)
{
    if (list->is_split) add_others(figure, list, panel, base);
    if (list->is_split) add_landmarks(figure, list, panel, base);
    if (plot->axis == PLOT_EPOCH) add_start(figure, list, panel, base);
}

static void fill(struct figure *figure, const struct plot *plot, const struct plot_input *input,
                 const struct series_list *list)
{
    int has_seeds = !plot_is_of_course(plot) && count_seeds(list) <= SEEDS_MAX;
    int is_behind = -1, end_labels = has_end_labels(plot, list);
    figure->keys_lined = 1;
    if (end_labels) figure->right = longest_label(list);
    for (int p = 0; p < list->panel_count; p++) figure_add_panel(figure, list->panel_title[p]);
    for (int s = 0; s < list->count; s++) {
        if (list->series[s].panel <= is_behind) continue;
        is_behind = list->series[s].panel;
        add_behind(figure, plot, list, is_behind, list->series[s].base);
    }
    for (int s = 0; s < list->count; s++) {
        if (has_seeds) add_seeds(figure, plot, input, &list->series[s]);
        add_line(figure, &list->series[s], FIGURE_MEANS, list->series[s].panel, list->is_split ? 0.75 : 1);
        if (end_labels)
            add_end_label(figure, &list->series[s]);
        else
            name_line(figure, list, &list->series[s]);
    }
}

/* Adds the same lines of the second metric, without marks. */
static int add_second(struct figure *figure, const struct plot *plot, const struct plot_input *input,
                      struct error *error)
{
    struct plot second = *plot;
    struct series_list list;
    const char *of = metric_find(plot->second)->label;
    second.metric = plot->second;
    if (series_list_init(&list, &second, input->groups, input->variation, error) != 0) return -1;
    for (int s = 0; s < list.count; s++) {
        struct series *series = &list.series[s];
        series->look.mark = 0;
        int line = add_line(figure, series, FIGURE_MEANS, series->panel, 0);
        figure->series[line].label = figure_text(figure, "%s, %s", series->label, of);
    }
    series_list_release(&list);
    figure_add_key(figure, plot_metric(plot)->label, (struct look){PALETTE_INK, 7, 1});
    figure_add_key(figure, of, (struct look){PALETTE_INK, 0, 1});
    return 0;
}

static const char whole_caption[] = " At p = 1 every strategy is ordinary training, so there the lines meet.";
static const char split_caption[] = " Each panel has the lines of one name in color; the others are pale.";

int plot_lines(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    struct series_list list;
    if (!series_apply(plot, input->groups)) return 0;
    if (series_list_init(&list, plot, input->groups, input->variation, error) != 0) return -1;
    set_axes(figure, plot);
    fill(figure, plot, input, &list);
    int status = plot->second ? add_second(figure, plot, input, error) : 0;
    int meet = list.has_whole && !plot->by_backprop;
    figure->caption =
        figure_text(figure, "%s%s%s", plot->caption, meet ? whole_caption : "", list.is_split ? split_caption : "");
    series_list_release(&list);
    return status;
}
