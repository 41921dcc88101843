/* layout.c - see layout.h. */
#include "harness/reports/plots/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { KEY_LINE = 22, TICK_ROOM = 42, X_STEP_ROOM = 44, Y_STEP_ROOM = 26, MANY_WIDTH = 800 };

/* Counts characters, not bytes of UTF-8. */
double layout_text_width(const char *text)
{
    int letters = 0;
    for (; *text; text++) letters += ((unsigned char)*text & 0xc0) != 0x80;
    return 7.3 * letters;
}

/* ---- ranges ---- */

static void widen(double *low, double *high, double value)
{
    if (!isfinite(value)) return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

static int counts_in_range(const struct figure_series *series)
{
    return series->layer == FIGURE_MEANS || series->layer == FIGURE_SEEDS || series->layer == FIGURE_BEHIND;
}

/* The range of x (along = 0) or y (1) over the points of a panel, or of all panels (-1). */
static void measure(const struct figure *figure, int along, int panel, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (int s = 0; s < figure->series_count; s++) {
        const struct figure_series *series = &figure->series[s];
        if (!counts_in_range(series) || (panel >= 0 && series->panel != panel)) continue;
        for (int p = 0; p < series->point_count; p++) {
            const struct figure_point *point = &series->points[p];
            if (!isfinite(point->x) || !isfinite(point->y)) continue;
            widen(low, high, along ? point->y : point->x);
            if (series->bars_on_x == along) continue;
            widen(low, high, point->low);
            widen(low, high, point->high);
        }
    }
}

static void add_room(const struct figure_axis *axis, double *low, double *high)
{
    if (axis->count > 0) {
        *low = 0.5;
        *high = axis->count + 0.5;
        return;
    }
    if (!(*low <= *high)) *low = axis->is_logarithmic ? 1 : 0, *high = *low + 1;
    if (axis->is_logarithmic) {
        *low /= 1.15;
        *high *= 1.15;
        return;
    }
    double span = *high - *low, least = 0.1 / axis->scale, room = span > 0 ? 0.06 * span : least;
    if (axis->has_zero) *low = fmin(*low, 0);
    *high += room;
    if (!axis->has_zero || *low < 0) *low -= room;
}

static void set_ranges(struct figure *figure)
{
    for (int p = 0; p < figure->panel_count; p++) {
        struct figure_panel *panel = &figure->panels[p];
        measure(figure, 0, figure->x.is_own ? p : -1, &panel->x_low, &panel->x_high);
        measure(figure, 1, figure->y.is_own ? p : -1, &panel->y_low, &panel->y_high);
        add_room(&figure->x, &panel->x_low, &panel->x_high);
        add_room(&figure->y, &panel->y_low, &panel->y_high);
    }
}

static double place(const struct figure_axis *axis, double low, double high, double value)
{
    double share = axis->is_logarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low);
    return axis->is_reversed ? 1 - share : share;
}

double layout_x(const struct layout *layout, const struct figure *figure, int panel, double x)
{
    const struct figure_panel *at = &figure->panels[panel];
    return layout->panel_width * place(&figure->x, at->x_low, at->x_high, x);
}

double layout_y(const struct layout *layout, const struct figure *figure, int panel, double y)
{
    const struct figure_panel *at = &figure->panels[panel];
    return layout->panel_height * place(&figure->y, at->y_low, at->y_high, y);
}

/* ---- ticks ---- */

/* The smallest of ..., 1, 2, 5, 10, ... that is at least `least`. */
static double round_step(double least)
{
    double power = pow(10, floor(log10(least))), digit = least / power;
    return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
}

static double find_step(const struct figure_axis *axis, double low, double high, double room)
{
    if (axis->ticks == FIGURE_TICKS_AT_POINTS || axis->ticks == FIGURE_TICKS_NONE || axis->count > 0) return 0;
    double step = round_step(fmax((high - low) * axis->scale / fmax(room, 1), 1e-12));
    return axis->ticks == FIGURE_TICKS_WHOLE ? fmax(step, 1) : step;
}

/* The factor between ticks of a logarithmic axis: the smallest power of two that keeps them apart. */
static double find_factor(const struct figure_axis *axis, double low, double high, double room)
{
    if (axis->ticks != FIGURE_TICKS_ROUND) return 0;
    return exp2(fmax(1, ceil(log2(high / low) / fmax(room, 1))));
}

static int compare_numbers(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* A tick at each x of a mean, unless it would touch that of a larger x. Returns -1 if memory runs out. */
static int set_ticks(struct layout *layout, const struct figure *figure)
{
    int count = 0;
    if (figure->x.ticks != FIGURE_TICKS_AT_POINTS || figure->panel_count == 0) return 0;
    layout->ticks = calloc((size_t)figure_points_of(figure, FIGURE_MEANS) + 1, sizeof *layout->ticks);
    if (!layout->ticks) return -1;
    for (int s = 0; s < figure->series_count; s++)
        for (int p = 0; p < figure->series[s].point_count; p++)
            if (figure->series[s].layer == FIGURE_MEANS) layout->ticks[count++] = figure->series[s].points[p].x;
    qsort(layout->ticks, (size_t)count, sizeof *layout->ticks, compare_numbers);
    double last = INFINITY;
    for (int t = count - 1; t >= 0; t--) {
        double at = layout_x(layout, figure, 0, layout->ticks[t]);
        if (last - at < TICK_ROOM) continue;
        last = at;
        layout->ticks[count - ++layout->tick_count] = layout->ticks[t];
    }
    memmove(layout->ticks, layout->ticks + count - layout->tick_count,
            (size_t)layout->tick_count * sizeof *layout->ticks);
    return 0;
}

static void set_steps(const struct layout *layout, struct figure *figure)
{
    for (int p = 0; p < figure->panel_count; p++) {
        struct figure_panel *panel = &figure->panels[p];
        double across = (double)layout->panel_width / X_STEP_ROOM, up = (double)layout->panel_height / Y_STEP_ROOM;
        panel->x_step = figure->x.is_logarithmic ? find_factor(&figure->x, panel->x_low, panel->x_high, across)
                                                 : find_step(&figure->x, panel->x_low, panel->x_high, across);
        panel->y_step = find_step(&figure->y, panel->y_low, panel->y_high, up);
    }
}

/* ---- sizes ---- */

static int key_width(const struct figure *figure)
{
    double widest = 0;
    for (int k = 0; k < figure->key_count; k++) widest = fmax(widest, layout_text_width(figure->keys[k].label));
    return figure->key_count > 0 ? 64 + (int)widest : 0;
}

static int has_titles(const struct figure *figure)
{
    for (int p = 0; p < figure->panel_count; p++)
        if (figure->panels[p].title && figure->panels[p].title[0]) return 1;
    return 0;
}

static double widest_title(const struct figure *figure)
{
    double widest = 0;
    for (int p = 0; p < figure->panel_count; p++)
        if (figure->panels[p].title) widest = fmax(widest, layout_text_width(figure->panels[p].title));
    return widest;
}

/* Small panels, in as many columns as fit on a page; wider if their titles would overlap. */
static void set_many_panels(struct layout *layout, const struct figure *figure)
{
    int title = (int)fmin(widest_title(figure), MANY_WIDTH / 2.0);
    layout->panel_width = title > 176 + layout->between ? title - layout->between / 2 : 176;
    layout->panel_height = 132;
    layout->columns = MANY_WIDTH / (layout->panel_width + 22);
}

/* Sets the size and arrangement of the panels; the fewer, the larger. */
static void set_panels(struct layout *layout, const struct figure *figure)
{
    static const int widths[] = {460, 460, 300, 220, 250}; /* by the number of panels */
    int count = figure->panel_count, many = count > 4;
    if (many) {
        set_many_panels(layout, figure);
    } else {
        layout->panel_width = widths[count];
        layout->panel_height = count > 2 ? 220 : 290;
        layout->columns = count == 4 ? 2 : count > 0 ? count : 1;
    }
    if (figure->panel_width > 0) layout->panel_width = figure->panel_width;
    if (figure->panel_height > 0) layout->panel_height = figure->panel_height;
    if (figure->columns > 0) layout->columns = figure->columns;
    layout->rows = count > 0 ? (count + layout->columns - 1) / layout->columns : 1;
}

static void set_sizes(struct layout *layout, const struct figure *figure)
{
    int headed = has_titles(figure), key = key_width(figure), bottom = 58;
    layout->between = figure->y.is_own ? 78 : 22;
    set_panels(layout, figure);
    if (layout->columns > 1)
        layout->between = number_larger(layout->between, (int)widest_title(figure) + 10 - layout->panel_width);
    layout->left = figure->left > 0 ? figure->left : 82;
    layout->right = 22 + (key > figure->right ? key : figure->right);
    layout->top = headed ? 92 : 66;
    layout->below = (headed ? 28 : 12) + (figure->x.is_own || figure->panel_count <= layout->columns ? 46 : 26);
    layout->width =
        layout->left + layout->columns * layout->panel_width + (layout->columns - 1) * layout->between + layout->right;
    layout->height = layout->top + layout->rows * layout->panel_height + (layout->rows - 1) * layout->below + bottom;
    int key_height = layout->top + KEY_LINE * (figure->key_count + 1);
    if (layout->height < key_height) layout->height = key_height;
    int heading = layout->left + (int)(1.25 * layout_text_width(figure->title)) + 12;
    if (layout->width < heading) layout->width = heading;
}

int layout_make(struct layout *layout, struct figure *figure, struct error *error)
{
    *layout = (struct layout){0};
    set_sizes(layout, figure);
    set_ranges(figure);
    set_steps(layout, figure);
    if (set_ticks(layout, figure) != 0) return error_set(error, "out of memory");
    layout_place_labels(layout, figure);
    return 0;
}

void layout_release(struct layout *layout)
{
    free(layout->ticks);
    *layout = (struct layout){0};
}
