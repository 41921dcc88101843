/* plot_dots.c - strategies as a sorted dot plot: the difference of each from a reference, with its interval. The
 * numbers are those of `compare` (comparison.h). */
#include "harness/reports/plots/plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/comparison.h"
#include "harness/reports/plots/rows.h"

/* A plot while it is made. Rows of the comparison that have a number are in panels, one for each set of values kept
 * apart, at the position of their level. If all have the same level, they are in one panel, named by these values. */
struct dots {
    struct figure *figure;
    const struct comparison *comparison;
    int by_panel;
    int name_count, panel_count;
    const char **name;       /* (rows) */
    double *sum;             /* (rows) sum of a name's differences */
    int *times;              /* (rows) how many differences it has */
    int *place;              /* (rows) position of a name in the sorted table, from 1 */
    int *name_of, *panel_of; /* (rows); panel -1: the row has no number, and is left out */
};

static int has_number(const struct comparison_row *row)
{
    return isfinite(row->difference.mean);
}

/* ---- names ---- */

/* Whether rows differ in a column that is kept apart. */
static int by_varies(const struct comparison *comparison, int b)
{
    for (int r = 1; r < comparison->row_count; r++)
        if (strcmp(comparison->rows[r].by[b], comparison->rows[0].by[b]) != 0) return 1;
    return 0;
}

/* "p = 0.25, batch size 64": the row's values of the columns kept apart in which rows differ (varying 1) or agree (0);
 * owned by the figure. */
static const char *by_text(struct figure *figure, const struct comparison *comparison, const struct comparison_row *row,
                           const struct plot_input *input, int varying)
{
    const struct axes *axes = &input->groups->results->axes;
    const char *text = "";
    for (int b = 0; b < comparison->by_count; b++) {
        if (by_varies(comparison, b) != varying) continue;
        int axis = axes_find(axes, comparison->by[b]);
        const char *name = axis >= 0 ? axes->axis[axis].label : comparison->by[b];
        const char *sign = strlen(name) == 1 ? " = " : " ";
        int is_plain = axis >= 0 && axis_explains_itself(&axes->axis[axis], row->by[b]);
        text = figure_text(figure, "%s%s%s%s%s", text, text[0] ? ", " : "", is_plain ? "" : name, is_plain ? "" : sign,
                           row->by[b]);
    }
    return text;
}

static int find_or_add(const char **names, int *count, const char *name)
{
    for (int n = 0; n < *count; n++)
        if (strcmp(names[n], name) == 0) return n;
    names[*count] = name;
    return (*count)++;
}

/* The first row that has a number; the comparison must have one. */
static const struct comparison_row *first_row(const struct comparison *comparison)
{
    const struct comparison_row *row = comparison->rows;
    while (!has_number(row)) row++;
    return row;
}

static int has_levels(const struct comparison *comparison)
{
    const struct comparison_row *first = first_row(comparison);
    for (int r = 0; r < comparison->row_count; r++)
        if (has_number(&comparison->rows[r]) && strcmp(comparison->rows[r].level, first->level) != 0) return 1;
    return 0;
}

static int allocate(struct dots *dots)
{
    size_t rows = (size_t)dots->comparison->row_count + 1;
    dots->name = calloc(rows, sizeof *dots->name);
    dots->sum = calloc(rows, sizeof *dots->sum);
    dots->times = calloc(rows, sizeof *dots->times);
    dots->place = calloc(rows, sizeof *dots->place);
    dots->name_of = calloc(rows, sizeof *dots->name_of);
    dots->panel_of = calloc(rows, sizeof *dots->panel_of);
    return dots->name && dots->sum && dots->times && dots->place && dots->name_of && dots->panel_of ? 0 : -1;
}

static void release(struct dots *dots)
{
    free(dots->name);
    free(dots->sum);
    free(dots->times);
    free(dots->place);
    free(dots->name_of);
    free(dots->panel_of);
}

/* Assigns rows to panels and names. Returns -1 if memory runs out. */
static int arrange(struct dots *dots, const struct plot_input *input)
{
    const struct comparison *comparison = dots->comparison;
    const char **titles = calloc((size_t)comparison->row_count + 1, sizeof *titles);
    if (!titles) return -1;
    dots->by_panel = has_levels(comparison);
    for (int r = 0; r < comparison->row_count; r++) {
        const struct comparison_row *row = &comparison->rows[r];
        dots->panel_of[r] = -1;
        if (!has_number(row)) continue;
        const char *by = by_text(dots->figure, comparison, row, input, 1);
        const char *name = dots->by_panel || !by[0] ? row->level : by;
        dots->panel_of[r] = find_or_add(titles, &dots->panel_count, dots->by_panel ? by : "");
        dots->name_of[r] = find_or_add(dots->name, &dots->name_count, figure_text(dots->figure, "%s", name));
        dots->sum[dots->name_of[r]] += row->difference.mean;
        dots->times[dots->name_of[r]]++;
    }
    const char *all = by_text(dots->figure, comparison, comparison->rows, input, 0);
    if (all[0]) dots->figure->subject = figure_text(dots->figure, "%s, %s", dots->figure->subject, all);
    for (int p = 0; p < dots->panel_count; p++) figure_add_panel(dots->figure, titles[p]);
    free(titles);
    return 0;
}

static double average(const struct dots *dots, int name)
{
    return dots->times[name] > 0 ? dots->sum[name] / dots->times[name] : -INFINITY;
}

/* Sorts names by their mean over panels, the highest first; equal ones keep their order. */
static void sort(struct dots *dots)
{
    for (int a = 0; a < dots->name_count; a++) {
        dots->place[a] = 1;
        for (int b = 0; b < dots->name_count; b++)
            dots->place[a] += average(dots, b) > average(dots, a) || (average(dots, b) == average(dots, a) && b < a);
    }
}

/* ---- drawing ---- */

static struct look look_of(const struct comparison_row *row)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(row->level, "{"), row->level);
    return palette_of_strategy(name);
}

static void add_row(const struct dots *dots, int r)
{
    const struct comparison_row *row = &dots->comparison->rows[r];
    struct figure_series series = {
        .panel = dots->panel_of[r], .layer = FIGURE_MEANS, .label = row->level, .look = look_of(row), .bars_on_x = 1};
    struct figure_point point = figure_point_at(row->difference.mean, dots->place[dots->name_of[r]]);
    int line = figure_add_series(dots->figure, &series);
    point.of = "mean";
    point.low = row->low;
    point.high = row->high;
    point.detail = dots->by_panel ? dots->figure->panels[dots->panel_of[r]].title : dots->name[dots->name_of[r]];
    point.note = figure_text(dots->figure, "%d seed%s", row->difference.count, row->difference.count == 1 ? "" : "s");
    figure_add_point(dots->figure, line, &point);
}

/* Draws the line of no difference, in the look of the reference. */
static void add_zero(const struct dots *dots, int panel)
{
    struct figure_series zero = {.panel = panel,
                                 .layer = FIGURE_GUIDE,
                                 .label = "0",
                                 .look = look_of(&(struct comparison_row){.level = dots->comparison->reference})};
    struct figure_point from = figure_point_at(0, 0.5), to = figure_point_at(0, dots->name_count + 0.5);
    zero.look.dash = 1;
    int line = figure_add_series(dots->figure, &zero);
    figure_add_point(dots->figure, line, &from);
    figure_add_point(dots->figure, line, &to);
}

static void set_axes(const struct dots *dots, const struct plot *plot)
{
    struct figure *figure = dots->figure;
    struct figure_axis metric = figure_metric_axis(figure, plot_metric(plot));
    const char *unit = strcmp(metric.unit, "%") == 0 ? "points" : metric.unit;
    figure->x = metric;
    figure->x.column = figure_text(figure, "difference_%s", metric.column);
    figure->x.words = figure_text(figure, "difference in %s", metric.words);
    figure->x.unit = unit;
    const char *of = dots->by_panel ? "" : figure_text(figure, " of %s", first_row(dots->comparison)->level);
    figure->x.title = figure_text(figure, "%s%s less that of %s%s%s", metric.words, of, dots->comparison->reference,
                                  unit[0] ? ", " : "", unit);
}

/* Describes the plot: its title, then for each panel "per_class +0.60, ...". */
static void describe(const struct dots *dots)
{
    struct figure *figure = dots->figure;
    const char *text = figure_text(figure, "%s: %s.", figure->title, figure->x.title);
    for (int p = 0; p < dots->panel_count; p++) {
        const char *title = figure->panels[p].title, *separator = title[0] ? ": " : " ";
        text = figure_text(figure, "%s %s", text, title);
        for (int place = 1; place <= dots->name_count; place++)
            for (int r = 0; r < dots->comparison->row_count; r++) {
                const struct comparison_row *row = &dots->comparison->rows[r];
                if (dots->panel_of[r] != p || dots->place[dots->name_of[r]] != place) continue;
                text = figure_text(figure, "%s%s%s %+.2f", text, separator, dots->name[dots->name_of[r]],
                                   row->difference.mean * figure->x.scale);
                separator = ", ";
            }
        text = figure_text(figure, "%s.", text);
    }
    figure->description = text;
}

static void fill(struct dots *dots, const struct plot *plot)
{
    struct figure *figure = dots->figure;
    set_axes(dots, plot);
    for (int p = 0; p < dots->panel_count; p++) add_zero(dots, p);
    int without = 0;
    for (int r = 0; r < dots->comparison->row_count; r++) {
        if (dots->panel_of[r] >= 0) add_row(dots, r);
        without += dots->panel_of[r] < 0;
    }
    rows_set_columns(figure, 190);
    rows_set_names(figure, dots->name, dots->place, dots->name_count);
    figure->caption = figure_text(figure, plot->caption, dots->comparison->reference);
    if (without > 0)
        figure->caption = figure_text(figure, "%s %d of %d comparisons have no figure and are left out.",
                                      figure->caption, without, dots->comparison->row_count);
    describe(dots);
}

/* ---- the comparison ---- */

/* Compares with `random` or, without it, with ordinary training. At equal recall the order is reversed: there the
 * question is what a portion does that shorter ordinary training does not. Returns -1 if there is no pair. */
static int compare(struct comparison *comparison, const struct plot *plot, const struct plot_input *input)
{
    static const char *const references[] = {"random", "full"};
    struct error no_partner;
    for (int r = 0; r < 2; r++) {
        struct comparison_request request = {.factor = "strategy",
                                             .reference = references[plot->x ? 1 - r : r],
                                             .metric = plot->metric,
                                             .by = "",
                                             .at_equal = plot->x};
        if (comparison_make(comparison, &request, input->variation, &no_partner) == 0) return 0;
    }
    return -1;
}

static int has_numbers(const struct comparison *comparison)
{
    for (int r = 0; r < comparison->row_count; r++)
        if (has_number(&comparison->rows[r])) return 1;
    return 0;
}

int plot_dots(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    struct comparison comparison;
    if (compare(&comparison, plot, input) != 0) return 0;
    struct dots dots = {.figure = figure, .comparison = &comparison};
    int status = 0;
    if (has_numbers(&comparison)) {
        status = allocate(&dots) != 0 || arrange(&dots, input) != 0 ? error_set(error, "out of memory") : 0;
        if (status == 0) {
            sort(&dots);
            fill(&dots, plot);
        }
    }
    release(&dots);
    comparison_release(&comparison);
    return status;
}
