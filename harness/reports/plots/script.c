/* script.c - see script.h. Numbers are written as in print: multiplied by their axis's scale. */
#include "harness/reports/plots/script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/reports/plots/gnuplot.h"

/* Lines through more points than this have no marks. */
enum { MARKS_MAX = 60 };

/* A figure and its layout. */
struct scene {
    const struct figure *figure;
    const struct layout *layout;
};

/* ---- variables ---- */

static void print_string(FILE *stream, const char *text)
{
    gnuplot_print_string(stream, text ? text : "");
}

static void print_text(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "%s = ", name);
    print_string(stream, text);
    fputs("; ", stream);
}

/* Writes an array: its name, its length, and the statement that prints element i. Empty arrays get one element, since
 * gnuplot has no empty ones. */
#define ARRAY(name, count, print)                                                                                      \
    do {                                                                                                               \
        fprintf(stream, "array %s[%d] = [", name, (count) > 0 ? (count) : 1);                                          \
        for (int i = 0; i < (count); i++) {                                                                            \
            if (i > 0) fputc(',', stream);                                                                             \
            print;                                                                                                     \
        }                                                                                                              \
        fputs((count) > 0 ? "]; " : "0]; ", stream);                                                                   \
    } while (0)
#define NUMBERS(name, count, format, value) ARRAY(name, count, fprintf(stream, format, value))
#define TEXTS(name, count, text) ARRAY(name, count, print_string(stream, text))

static double reversed(const struct figure_axis *axis, double low, double high, int want_high)
{
    return axis->scale * ((want_high != 0) != (axis->is_reversed != 0) ? high : low);
}

static void print_panels(FILE *stream, const struct figure *figure)
{
    int count = figure->panel_count;
    const struct figure_panel *panel = figure->panels;
    const struct figure_axis *x = &figure->x, *y = &figure->y;
    fprintf(stream, "panels = %d; ", count);
    TEXTS("panel_title", count, panel[i].title);
    NUMBERS("x_low", count, "%.9g", reversed(x, panel[i].x_low, panel[i].x_high, 0));
    NUMBERS("x_high", count, "%.9g", reversed(x, panel[i].x_low, panel[i].x_high, 1));
    NUMBERS("y_low", count, "%.9g", reversed(y, panel[i].y_low, panel[i].y_high, 0));
    NUMBERS("y_high", count, "%.9g", reversed(y, panel[i].y_low, panel[i].y_high, 1));
    NUMBERS("x_step", count, "%.9g", panel[i].x_step);
    NUMBERS("y_step", count, "%.9g", panel[i].y_step);
}

static const char *series_color(const struct figure_series *series)
{
    return palette_colors[series->layer == FIGURE_BEHIND ? PALETTE_PALE : series->look.color].light;
}

/* Single seeds get small points. */
static double series_size(const struct figure_series *series)
{
    int is_of_strokes = series->look.mark >= 1 && series->look.mark <= 3;
    return series->size * (series->layer == FIGURE_SEEDS ? 0.4 : is_of_strokes ? 1.1 : 0.85);
}

static int series_mark(const struct figure_series *series)
{
    return series->is_joined && series->point_count > MARKS_MAX ? 0 : series->look.mark;
}

static void print_series(FILE *stream, const struct figure *figure)
{
    int count = figure->series_count;
    const struct figure_series *series = figure->series;
    fprintf(stream, "lines = %d; ", count);
    NUMBERS("panel", count, "%d", series[i].panel + 1);
    NUMBERS("layer", count, "%d", (int)series[i].layer);
    NUMBERS("color", count, "'%s'", series_color(&series[i]));
    NUMBERS("mark", count, "%d", series_mark(&series[i]));
    NUMBERS("size", count, "%.3g", series_size(&series[i]));
    NUMBERS("dash", count, "%d", series[i].look.dash);
    NUMBERS("joined", count, "%d", series[i].is_joined);
    NUMBERS("on_x", count, "%d", series[i].bars_on_x);
}

static double label_left(const struct scene *scene, const struct figure_label *label)
{
    const struct layout *layout = scene->layout;
    double column = label->panel % layout->columns;
    double x =
        label->at_edge ? label->x * layout->panel_width : layout_x(layout, scene->figure, label->panel, label->x);
    return (layout->left + column * (layout->panel_width + layout->between) + x + label->dx) / layout->width;
}

static double label_up(const struct scene *scene, const struct figure_label *label)
{
    const struct layout *layout = scene->layout;
    int row = label->panel / layout->columns;
    double y =
        label->at_bottom ? label->y * layout->panel_height : layout_y(layout, scene->figure, label->panel, label->y);
    double down = layout->top + row * (layout->panel_height + layout->below) + layout->panel_height - y - label->dy;
    return 1 - down / layout->height;
}

static void print_labels(FILE *stream, const struct scene *scene)
{
    int count = scene->figure->label_count;
    const struct figure_label *label = scene->figure->labels;
    fprintf(stream, "labels = %d; ", count);
    TEXTS("label_text", count, label[i].text);
    NUMBERS("label_panel", count, "%d", label[i].panel + 1);
    NUMBERS("label_x", count, "%.6f", label_left(scene, &label[i]));
    NUMBERS("label_y", count, "%.6f", label_up(scene, &label[i]));
    NUMBERS("label_align", count, "%d", label[i].align);
    NUMBERS("label_ink", count, "'%s'", label[i].ink);
}

static void print_keys(FILE *stream, const struct figure *figure)
{
    int count = figure->key_count;
    const struct figure_key *key = figure->keys;
    fprintf(stream, "keys = %d; keys_lined = %d; ", count, figure->keys_lined);
    TEXTS("key_label", count, key[i].label);
    NUMBERS("key_color", count, "'%s'", palette_colors[key[i].look.color].light);
    NUMBERS("key_mark", count, "%d", key[i].look.mark);
    NUMBERS("key_dash", count, "%d", key[i].look.dash);
}

static void print_axes(FILE *stream, const struct scene *scene)
{
    const struct figure *figure = scene->figure;
    const struct layout *layout = scene->layout;
    print_text(stream, "x_title", figure->x.title);
    print_text(stream, "y_title", figure->y.title);
    fprintf(stream, "x_log = %d; own_x = %d; own_y = %d; ", figure->x.is_logarithmic, figure->x.is_own,
            figure->y.is_own);
    fprintf(stream, "x_names = %d; y_names = %d; ", figure->x.count, figure->y.count);
    fprintf(stream, "ticks = %d; ", layout->tick_count);
    NUMBERS("tick", layout->tick_count, "%.9g", figure->x.scale * layout->ticks[i]);
}

static void print_sizes(FILE *stream, const struct layout *layout)
{
    fprintf(stream, "width = %d; height = %d; left = %d; top = %d; ", layout->width, layout->height, layout->left,
            layout->top);
    fprintf(stream, "panel_width = %d; panel_height = %d; between = %d; below = %d; columns = %d; ",
            layout->panel_width, layout->panel_height, layout->between, layout->below, layout->columns);
}

/* ---- data ---- */

/* Writes a number of a datablock. */
static void print_number(FILE *stream, double value)
{
    if (isfinite(value))
        fprintf(stream, "%.9g ", value);
    else
        fputs("NaN ", stream);
}

static double bar_end(const struct figure *figure, const struct figure_series *series, double end)
{
    return end * (series->bars_on_x ? figure->x.scale : figure->y.scale);
}

static void print_point(FILE *stream, const struct figure *figure, const struct figure_series *series,
                        const struct figure_point *point, int position)
{
    char shade[8] = "#000000";
    if (series->layer == FIGURE_TILES) palette_shade(point->shade, shade);
    print_number(stream, point->x * figure->x.scale);
    print_number(stream, point->y * figure->y.scale);
    print_number(stream, bar_end(figure, series, point->low));
    print_number(stream, bar_end(figure, series, point->high));
    fprintf(stream, "%d %ld\n", position, strtol(shade + 1, NULL, 16));
}

static void print_data(FILE *stream, const struct figure *figure)
{
    int position = 0;
    fputs("$data << END_OF_DATA\n", stream);
    for (int s = 0; s < figure->series_count; s++) {
        const struct figure_series *series = &figure->series[s];
        for (int p = 0; p < series->point_count; p++)
            print_point(stream, figure, series, &series->points[p], position++);
        fputs(series->point_count ? "\n\n" : "NaN NaN NaN NaN 0 0\n\n\n", stream);
    }
    fputs("END_OF_DATA\n", stream);
}

char *script_make(const struct figure *figure, const struct layout *layout, const char *format, const char *target)
{
    const struct scene scene = {figure, layout};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    print_data(stream, figure);
    print_text(stream, "target", target);
    print_text(stream, "format", format);
    print_text(stream, "title", figure->title);
    print_text(stream, "subject", figure->subject);
    for (const struct palette_color *color = palette_colors; color->name; color++)
        print_text(stream, color->name, color->light);
    print_sizes(stream, layout);
    print_panels(stream, figure);
    print_axes(stream, &scene);
    print_series(stream, figure);
    print_labels(stream, &scene);
    print_keys(stream, figure);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}
