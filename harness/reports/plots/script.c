/* script.c - see script.h. Numbers of the figure are in print here: times their axis's scale. */
#include "harness/reports/plots/script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/reports/plots/gnuplot.h"

/* Lines through more points than this have no marks. */
enum { MARKS_MAX = 60 };

struct scene {
    const struct figure *figure;
    const struct layout *layout;
};

/* ---- what the template is told ---- */

static void print_text(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, "%s = ", name);
    gnuplot_print_string(stream, text ? text : "");
    fputs("; ", stream);
}

/* How one member of an array is printed. */
typedef void print_member(FILE *, const struct scene *, int);

/* An array of at least one member, since gnuplot has none that is empty. */
static void print_array(FILE *stream, const char *name, const struct scene *scene, int count, print_member *print)
{
    fprintf(stream, "array %s[%d] = [", name, count > 0 ? count : 1);
    for (int i = 0; i < count; i++) {
        if (i > 0) fputc(',', stream);
        print(stream, scene, i);
    }
    fputs(count > 0 ? "]; " : "0]; ", stream);
}

/* A member printed with `format` from `value`, which sees the figure, the panel, series, label or key, and i. */
#define MEMBER(name, format, value)                                                                                    \
    static void name(FILE *stream, const struct scene *scene, int i)                                                   \
    {                                                                                                                  \
        const struct figure *figure = scene->figure;                                                                   \
        (void)figure;                                                                                                  \
        fprintf(stream, format, value);                                                                                \
    }
#define TEXT(name, value)                                                                                              \
    static void name(FILE *stream, const struct scene *scene, int i)                                                   \
    {                                                                                                                  \
        const char *text = scene->figure->value;                                                                       \
        gnuplot_print_string(stream, text ? text : "");                                                                \
    }

static double reversed(const struct figure_axis *axis, double low, double high, int want_high)
{
    return axis->scale * ((want_high != 0) != (axis->is_reversed != 0) ? high : low);
}

TEXT(panel_title, panels[i].title)
MEMBER(x_low, "%.9g", reversed(&figure->x, figure->panels[i].x_low, figure->panels[i].x_high, 0))
MEMBER(x_high, "%.9g", reversed(&figure->x, figure->panels[i].x_low, figure->panels[i].x_high, 1))
MEMBER(y_low, "%.9g", reversed(&figure->y, figure->panels[i].y_low, figure->panels[i].y_high, 0))
MEMBER(y_high, "%.9g", reversed(&figure->y, figure->panels[i].y_low, figure->panels[i].y_high, 1))
MEMBER(x_step, "%.9g", figure->panels[i].x_step)
MEMBER(y_step, "%.9g", figure->panels[i].y_step)
MEMBER(tick, "%.9g", figure->x.scale * scene->layout->ticks[i])

static const char *series_color(const struct figure_series *series)
{
    return palette_colors[series->layer == FIGURE_BEHIND ? PALETTE_PALE : series->look.color].light;
}

/* Smaller than others: points of seeds. */
static double series_size(const struct figure_series *series)
{
    int is_of_strokes = series->look.mark >= 1 && series->look.mark <= 3;
    return series->size * (series->layer == FIGURE_SEEDS ? 0.4 : is_of_strokes ? 1.1 : 0.85);
}

static int series_mark(const struct figure_series *series)
{
    return series->is_joined && series->point_count > MARKS_MAX ? 0 : series->look.mark;
}

MEMBER(panel, "%d", figure->series[i].panel + 1)
MEMBER(layer, "%d", (int)figure->series[i].layer)
MEMBER(color, "'%s'", series_color(&figure->series[i]))
MEMBER(mark, "%d", series_mark(&figure->series[i]))
MEMBER(size, "%.3g", series_size(&figure->series[i]))
MEMBER(dash, "%d", figure->series[i].look.dash)
MEMBER(joined, "%d", figure->series[i].is_joined)
MEMBER(on_x, "%d", figure->series[i].bars_on_x)

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

TEXT(label_text, labels[i].text)
MEMBER(label_x, "%.6f", label_left(scene, &figure->labels[i]))
MEMBER(label_y, "%.6f", label_up(scene, &figure->labels[i]))
MEMBER(label_panel, "%d", figure->labels[i].panel + 1)
MEMBER(label_align, "%d", figure->labels[i].align)
MEMBER(label_ink, "'%s'", figure->labels[i].ink)

TEXT(key_label, keys[i].label)
MEMBER(key_color, "'%s'", palette_colors[figure->keys[i].look.color].light)
MEMBER(key_mark, "%d", figure->keys[i].look.mark)
MEMBER(key_dash, "%d", figure->keys[i].look.dash)

static void print_panels(FILE *stream, const struct scene *scene)
{
    int count = scene->figure->panel_count;
    fprintf(stream, "panels = %d; ", count);
    print_array(stream, "panel_title", scene, count, panel_title);
    print_array(stream, "x_low", scene, count, x_low);
    print_array(stream, "x_high", scene, count, x_high);
    print_array(stream, "y_low", scene, count, y_low);
    print_array(stream, "y_high", scene, count, y_high);
    print_array(stream, "x_step", scene, count, x_step);
    print_array(stream, "y_step", scene, count, y_step);
}

static void print_series(FILE *stream, const struct scene *scene)
{
    int count = scene->figure->series_count;
    fprintf(stream, "lines = %d; ", count);
    print_array(stream, "panel", scene, count, panel);
    print_array(stream, "layer", scene, count, layer);
    print_array(stream, "color", scene, count, color);
    print_array(stream, "mark", scene, count, mark);
    print_array(stream, "size", scene, count, size);
    print_array(stream, "dash", scene, count, dash);
    print_array(stream, "joined", scene, count, joined);
    print_array(stream, "on_x", scene, count, on_x);
}

static void print_words(FILE *stream, const struct scene *scene)
{
    const struct figure *figure = scene->figure;
    fprintf(stream, "labels = %d; ", figure->label_count);
    print_array(stream, "label_text", scene, figure->label_count, label_text);
    print_array(stream, "label_panel", scene, figure->label_count, label_panel);
    print_array(stream, "label_x", scene, figure->label_count, label_x);
    print_array(stream, "label_y", scene, figure->label_count, label_y);
    print_array(stream, "label_align", scene, figure->label_count, label_align);
    print_array(stream, "label_ink", scene, figure->label_count, label_ink);
    fprintf(stream, "keys = %d; keys_lined = %d; ", figure->key_count, figure->keys_lined);
    print_array(stream, "key_label", scene, figure->key_count, key_label);
    print_array(stream, "key_color", scene, figure->key_count, key_color);
    print_array(stream, "key_mark", scene, figure->key_count, key_mark);
    print_array(stream, "key_dash", scene, figure->key_count, key_dash);
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
    print_array(stream, "tick", scene, layout->tick_count, tick);
}

static void print_sizes(FILE *stream, const struct layout *layout)
{
    fprintf(stream, "width = %d; height = %d; left = %d; top = %d; ", layout->width, layout->height, layout->left,
            layout->top);
    fprintf(stream, "panel_width = %d; panel_height = %d; between = %d; below = %d; columns = %d; ",
            layout->panel_width, layout->panel_height, layout->between, layout->below, layout->columns);
}

/* ---- data ---- */

/* gnuplot's datablock; a series without points has a row that shows nothing. */
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
    const struct scene all = {figure, layout}, *scene = &all;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    print_data(stream, scene->figure);
    print_text(stream, "target", target);
    print_text(stream, "format", format);
    print_text(stream, "title", scene->figure->title);
    print_text(stream, "subject", scene->figure->subject);
    for (const struct palette_color *color = palette_colors; color->name; color++)
        print_text(stream, color->name, color->light);
    print_sizes(stream, scene->layout);
    print_panels(stream, scene);
    print_axes(stream, scene);
    print_series(stream, scene);
    print_words(stream, scene);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}
