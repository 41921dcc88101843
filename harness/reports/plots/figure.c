/* figure.c - see figure.h. */
#include "harness/reports/plots/figure.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more element, doubling the room when `count` is a power of two. Returns the array; NULL, and the
 * figure has failed, if memory runs out. */
static void *grow(struct figure *figure, void *array, int count, size_t size)
{
    if (count > 0 && (count & (count - 1)) != 0) return array;
    void *grown = realloc(array, (size_t)(count > 0 ? 2 * count : 1) * size);
    if (!grown) figure->failed = 1;
    return grown;
}

static const char *keep(struct figure *figure, char *text)
{
    char **texts = text ? grow(figure, figure->texts, figure->text_count, sizeof *texts) : NULL;
    if (!texts) {
        figure->failed = 1;
        free(text);
        return "";
    }
    figure->texts = texts;
    texts[figure->text_count++] = text;
    return text;
}

static const char *copy(struct figure *figure, const char *text)
{
    return text ? keep(figure, strdup(text)) : NULL;
}

const char *figure_text(struct figure *figure, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) text = NULL;
    va_end(arguments);
    return keep(figure, text);
}

void figure_release(struct figure *figure)
{
    for (int s = 0; s < figure->series_count; s++) free(figure->series[s].points);
    for (int t = 0; t < figure->text_count; t++) free(figure->texts[t]);
    free(figure->panels);
    free(figure->series);
    free(figure->labels);
    free(figure->keys);
    free(figure->texts);
    *figure = (struct figure){0};
}

int figure_check(const struct figure *figure, struct error *error)
{
    return figure->failed ? error_set(error, "out of memory") : 0;
}

/* ---- parts ---- */

int figure_add_panel(struct figure *figure, const char *title)
{
    struct figure_panel *panels = grow(figure, figure->panels, figure->panel_count, sizeof *panels);
    if (!panels) return 0;
    figure->panels = panels;
    panels[figure->panel_count] = (struct figure_panel){.title = copy(figure, title)};
    return figure->panel_count++;
}

int figure_add_series(struct figure *figure, const struct figure_series *series)
{
    struct figure_series *all = grow(figure, figure->series, figure->series_count, sizeof *all);
    if (!all) return 0;
    figure->series = all;
    struct figure_series *added = &all[figure->series_count];
    *added = *series;
    added->label = copy(figure, series->label ? series->label : "");
    added->points = NULL;
    added->point_count = 0;
    if (added->size <= 0) added->size = 1;
    return figure->series_count++;
}

void figure_add_point(struct figure *figure, int series, const struct figure_point *point)
{
    if (figure->failed) return;
    struct figure_series *to = &figure->series[series];
    struct figure_point *points = grow(figure, to->points, to->point_count, sizeof *points);
    if (!points) return;
    to->points = points;
    struct figure_point *added = &points[to->point_count++];
    *added = *point;
    added->of = copy(figure, point->of ? point->of : "");
    added->note = copy(figure, point->note);
    added->detail = copy(figure, point->detail);
}

void figure_add_label(struct figure *figure, const struct figure_label *label)
{
    struct figure_label *labels = grow(figure, figure->labels, figure->label_count, sizeof *labels);
    if (!labels) return;
    figure->labels = labels;
    struct figure_label *added = &labels[figure->label_count++];
    *added = *label;
    added->text = copy(figure, label->text);
    added->ink = copy(figure, label->ink ? label->ink : palette_colors[PALETTE_INK].light);
}

void figure_add_key(struct figure *figure, const char *label, struct look look)
{
    for (int k = 0; k < figure->key_count; k++)
        if (strcmp(figure->keys[k].label, label) == 0) return;
    struct figure_key *keys = grow(figure, figure->keys, figure->key_count, sizeof *keys);
    if (!keys) return;
    figure->keys = keys;
    keys[figure->key_count++] = (struct figure_key){copy(figure, label), look};
}

struct figure_point figure_point_at(double x, double y)
{
    return (struct figure_point){.x = x, .y = y, .low = NAN, .high = NAN, .value = NAN, .shade = NAN};
}

/* ---- values ---- */

struct figure_axis figure_metric_axis(struct figure *figure, const struct metric *metric)
{
    const struct metric_format *format = &metric_formats[metric->unit];
    const char *split = metric->split == SPLIT_TEST ? "test " : "", *comma = format->name[0] ? ", " : "";
    return (struct figure_axis){
        .title = figure_text(figure, "%s%s%s%s", split, metric->label, comma, format->name),
        .words = figure_text(figure, "%s%s", split, metric->label),
        .column = metric->name,
        .unit = format->name,
        .scale = format->scale,
        .digits = metric->unit == UNIT_FRACTION || metric->unit == UNIT_POINTS ? 1 : format->digits,
    };
}

const char *figure_value(struct figure *figure, const struct figure_axis *axis, double value)
{
    const char *space = axis->unit && axis->unit[0] ? " " : "", *unit = axis->unit ? axis->unit : "";
    if (axis->digits < 0) return figure_text(figure, "%.6g%s%s", value * axis->scale, space, unit);
    return figure_text(figure, "%.*f%s%s", axis->digits, value * axis->scale, space, unit);
}

int figure_points_of(const struct figure *figure, enum figure_layer layer)
{
    int count = 0;
    for (int s = 0; s < figure->series_count; s++)
        if (figure->series[s].layer == layer) count += figure->series[s].point_count;
    return count;
}

/* ---- words ---- */

struct extremes {
    const struct figure_series *high_series, *low_series;
    const struct figure_point *high, *low;
    int count; /* series of means */
};

/* A point's value: x if the rows have names, as in a table, else y. */
static double value_of(const struct figure *figure, const struct figure_point *point)
{
    return figure->y.count > 0 ? point->x : point->y;
}

static struct extremes find_extremes(const struct figure *figure)
{
    struct extremes found = {0};
    for (int s = 0; s < figure->series_count; s++) {
        const struct figure_series *series = &figure->series[s];
        if (series->layer != FIGURE_MEANS) continue;
        found.count++;
        for (int p = 0; p < series->point_count; p++) {
            const struct figure_point *point = &series->points[p];
            double value = value_of(figure, point);
            if (!isfinite(value)) continue;
            if (!found.high || value > value_of(figure, found.high)) found.high = point, found.high_series = series;
            if (!found.low || value < value_of(figure, found.low)) found.low = point, found.low_series = series;
        }
    }
    return found;
}

/* "random at p 0.5: 62.1 %"; owned by the figure. */
static const char *describe_point(struct figure *figure, const struct figure_series *series,
                                  const struct figure_point *point)
{
    if (figure->y.count > 0) /* the row's name is the point's detail */
        return figure_text(figure, "%s%s%s: %s", point->detail ? point->detail : "", point->detail ? ", " : "",
                           series->label, figure_value(figure, &figure->x, point->x));
    if (!figure->x.column)
        return figure_text(figure, "%s: %s", series->label, figure_value(figure, &figure->y, point->y));
    return figure_text(figure, "%s at %s %s: %s", series->label, figure->x.words,
                       figure_value(figure, &figure->x, point->x), figure_value(figure, &figure->y, point->y));
}

void figure_describe(struct figure *figure)
{
    struct extremes found = find_extremes(figure);
    if (figure->description) return;
    const char *panels = figure->panel_count > 1 ? figure_text(figure, " in %d panels", figure->panel_count) : "";
    figure->description =
        figure_text(figure, "%s. %d %s%s", figure->title, found.count, found.count == 1 ? "line" : "lines", panels);
    if (!found.high) return;
    figure->description = figure_text(figure, "%s; highest %s; lowest %s.", figure->description,
                                      describe_point(figure, found.high_series, found.high),
                                      describe_point(figure, found.low_series, found.low));
}
