/* plot_tuned.c - results of trials by the tuned value, from the runs' tuning.csv. A ring marks chosen values; those at
 * an edge of their list are labeled. */
#include "harness/reports/plots/plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/plots/rows.h"

/* A run's tuning.csv while it is drawn. */
struct tuned {
    struct figure *figure;
    const struct results_run *run;
    struct csv_table table;
    int point, first_value, value_count; /* columns: the point; the first tuned setting and how many there are */
    int value, mean, spread, chosen, at_edge, cell, seed, fold;
    int name_count;
    const char **name; /* (name_count) tuned values, ascending */
    int *row;          /* (name_count) a row that has them */
};

static int find_columns(struct tuned *tuned)
{
    const struct csv_table *table = &tuned->table;
    tuned->point = csv_column(table, "point");
    tuned->fold = csv_column(table, "validation_fold");
    tuned->first_value = tuned->point + 1;
    tuned->value_count = tuned->fold - tuned->first_value;
    tuned->value = csv_column(table, "value");
    tuned->mean = csv_column(table, "mean");
    tuned->spread = csv_column(table, "spread");
    tuned->chosen = csv_column(table, "chosen");
    tuned->at_edge = csv_column(table, "at_edge");
    tuned->cell = csv_column(table, "cell");
    tuned->seed = csv_column(table, "seed");
    return tuned->point >= 0 && tuned->value_count > 0 && tuned->value >= 0 ? 0 : -1;
}

/* ---- tuned values ---- */

/* Orders rows by the tuned settings in turn, as numbers or, if one is not a number, as texts. */
static int compare_values(const struct tuned *tuned, int a, int b)
{
    for (int v = 0; v < tuned->value_count; v++) {
        int column = tuned->first_value + v;
        double left = csv_number(&tuned->table, a, column), right = csv_number(&tuned->table, b, column);
        if (left != right && !isnan(left) && !isnan(right)) return left < right ? -1 : 1;
        int letters = strcmp(csv_text(&tuned->table, a, column), csv_text(&tuned->table, b, column));
        if (letters != 0 && (isnan(left) || isnan(right))) return letters;
    }
    return 0;
}

static const char *value_name(const struct tuned *tuned, int row)
{
    const char *text = "";
    for (int v = 0; v < tuned->value_count; v++)
        text = figure_text(tuned->figure, "%s%s%s", text, v ? ", " : "",
                           csv_text(&tuned->table, row, tuned->first_value + v));
    return text;
}

/* The position of a row's values in the list, from 1; 0 if it lacks them. */
static int place_of(const struct tuned *tuned, int row)
{
    for (int n = 0; n < tuned->name_count; n++)
        if (compare_values(tuned, tuned->row[n], row) == 0) return n + 1;
    return 0;
}

static int list_values(struct tuned *tuned)
{
    tuned->name = calloc((size_t)tuned->table.row_count + 1, sizeof *tuned->name);
    tuned->row = calloc((size_t)tuned->table.row_count + 1, sizeof *tuned->row);
    if (!tuned->name || !tuned->row) return -1;
    for (int row = 0; row < tuned->table.row_count; row++) {
        if (place_of(tuned, row) > 0) continue;
        int at = tuned->name_count++;
        for (; at > 0 && compare_values(tuned, tuned->row[at - 1], row) > 0; at--) tuned->row[at] = tuned->row[at - 1];
        tuned->row[at] = row;
    }
    for (int n = 0; n < tuned->name_count; n++) tuned->name[n] = value_name(tuned, tuned->row[n]);
    return 0;
}

/* ---- points of the grid ---- */

static int same_point(const struct tuned *tuned, int a, int b)
{
    return strcmp(csv_text(&tuned->table, a, tuned->point), csv_text(&tuned->table, b, tuned->point)) == 0;
}

static int begins_point(const struct tuned *tuned, int row)
{
    for (int before = 0; before < row; before++)
        if (same_point(tuned, before, row)) return 0;
    return 1;
}

/* The look of the strategy of the point's trials in cells.csv; without one, of the point's name. */
static struct look look_of(const struct tuned *tuned, int first)
{
    const struct csv_table *cells = &tuned->run->table;
    int cell = csv_column(cells, "cell"), strategy = csv_column(cells, "strategy");
    for (int row = first; row < tuned->table.row_count; row++) {
        if (!same_point(tuned, first, row)) continue;
        for (int c = 0; c < cells->row_count; c++)
            if (strcmp(csv_text(cells, c, cell), csv_text(&tuned->table, row, tuned->cell)) == 0)
                return palette_of_strategy(csv_text(cells, c, strategy));
    }
    return palette_of_strategy(csv_text(&tuned->table, first, tuned->point));
}

/* The length of the start that all points' names share, up to a "-". */
static size_t common_start(const struct tuned *tuned)
{
    const char *first = csv_text(&tuned->table, 0, tuned->point);
    size_t length = strlen(first);
    for (int row = 1; row < tuned->table.row_count; row++) {
        const char *other = csv_text(&tuned->table, row, tuned->point);
        size_t same = 0;
        while (same < length && other[same] == first[same]) same++;
        length = same;
    }
    if (length == strlen(first)) return 0;
    while (length > 0 && first[length - 1] != '-') length--;
    return length;
}

/* ---- drawing ---- */

static void add_trials(const struct tuned *tuned, int panel, int first, struct look look)
{
    struct figure_series trials = {
        .panel = panel, .layer = FIGURE_SEEDS, .label = csv_text(&tuned->table, first, tuned->point), .look = look};
    trials.look.mark = 6;
    int line = figure_add_series(tuned->figure, &trials);
    for (int row = first; row < tuned->table.row_count; row++) {
        struct figure_point point = figure_point_at(place_of(tuned, row), csv_number(&tuned->table, row, tuned->value));
        if (!same_point(tuned, first, row) || !isfinite(point.y)) continue;
        point.of = figure_text(tuned->figure, "seed %s, fold %s", csv_text(&tuned->table, row, tuned->seed),
                               csv_text(&tuned->table, row, tuned->fold));
        point.detail = point.note = tuned->name[(int)point.x - 1];
        figure_add_point(tuned->figure, line, &point);
    }
}

/* The first trial of a point with a tuned value; -1 if there is none. */
static int find_row(const struct tuned *tuned, int first, int value)
{
    for (int row = first; row < tuned->table.row_count; row++)
        if (same_point(tuned, first, row) && compare_values(tuned, row, tuned->row[value]) == 0) return row;
    return -1;
}

static void mark_chosen(const struct tuned *tuned, int panel, const struct figure_point *at, const char *edge)
{
    struct figure_series ring = {
        .panel = panel, .layer = FIGURE_OVER, .label = "chosen", .look = {PALETTE_INK, 6, 1}, .size = 2};
    struct figure_point point = figure_point_at(at->x, at->y);
    int line = figure_add_series(tuned->figure, &ring);
    point.of = "";
    point.detail = at->note;
    figure_add_point(tuned->figure, line, &point);
    if (edge[0])
        figure_add_label(
            tuned->figure,
            &(struct figure_label){
                .panel = panel, .text = "at an edge", .x = at->x, .y = at->y, .dx = 3, .dy = 15, .align = -1});
}

static void add_means(const struct tuned *tuned, int panel, int first, struct look look)
{
    struct figure *figure = tuned->figure;
    struct figure_series means = {.panel = panel,
                                  .layer = FIGURE_MEANS,
                                  .label = csv_text(&tuned->table, first, tuned->point),
                                  .look = look,
                                  .is_joined = 1};
    int line = figure_add_series(figure, &means);
    for (int n = 0; n < tuned->name_count; n++) {
        int row = find_row(tuned, first, n);
        double mean = row < 0 ? NAN : csv_number(&tuned->table, row, tuned->mean);
        if (!isfinite(mean)) continue;
        int is_chosen = csv_number(&tuned->table, row, tuned->chosen) == 1;
        double spread = csv_number(&tuned->table, row, tuned->spread);
        const char *edge = csv_text(&tuned->table, row, tuned->at_edge);
        struct figure_point point = figure_point_at(n + 1, mean);
        point.of = "mean";
        point.detail = tuned->name[n];
        point.note = figure_text(figure, "%s%s%s%s", tuned->name[n], is_chosen ? ", chosen" : "",
                                 edge[0] ? ", edge: " : "", edge);
        point.low = mean - spread;
        point.high = mean + spread;
        figure_add_point(figure, line, &point);
        if (is_chosen) mark_chosen(tuned, panel, &point, edge);
    }
}

static void fill(const struct tuned *tuned)
{
    size_t start = tuned->table.row_count > 0 ? common_start(tuned) : 0;
    for (int row = 0; row < tuned->table.row_count; row++) {
        if (!begins_point(tuned, row)) continue;
        int panel = figure_add_panel(tuned->figure, csv_text(&tuned->table, row, tuned->point) + start);
        struct look look = look_of(tuned, row);
        add_trials(tuned, panel, row, look);
        add_means(tuned, panel, row, look);
    }
}

static void set_axes(const struct tuned *tuned)
{
    struct figure *figure = tuned->figure;
    const struct metric *metric = metric_find(csv_text(&tuned->table, 0, csv_column(&tuned->table, "metric")));
    const char *title = "";
    for (int v = 0; v < tuned->value_count; v++)
        title = figure_text(figure, "%s%s%s", title, v ? ", " : "", tuned->table.columns[tuned->first_value + v]);
    figure->x = (struct figure_axis){.title = title, .words = "", .unit = "", .scale = 1};
    figure->y =
        metric ? figure_metric_axis(figure, metric) : (struct figure_axis){"value", "value", "value", "", 1, -1};
    rows_set_columns(figure, 56 * tuned->name_count);
    rows_set_columns_names(figure, tuned->name, tuned->name_count);
    figure->panel_height = 170;
    figure_add_key(figure, "chosen", (struct look){PALETTE_INK, 6, 1});
}

static void describe(const struct tuned *tuned)
{
    struct figure *figure = tuned->figure;
    const char *text = figure_text(figure, "%s, %s against %s.", figure->title, figure->y.words, figure->x.title);
    for (int row = 0; row < tuned->table.row_count; row++) {
        if (csv_number(&tuned->table, row, tuned->chosen) != 1) continue;
        int fresh = 1;
        for (int before = 0; before < row && fresh; before++)
            fresh = !(same_point(tuned, before, row) && csv_number(&tuned->table, before, tuned->chosen) == 1);
        if (fresh)
            text = figure_text(figure, "%s %s: %s chosen.", text, csv_text(&tuned->table, row, tuned->point),
                               value_name(tuned, row));
    }
    figure->description = text;
}

static int draw_run(struct figure *figure, const struct results_run *run, struct error *error)
{
    struct tuned tuned = {.figure = figure, .run = run};
    char *path = file_join(run->folder, "tuning.csv");
    int status = file_exists(path) ? csv_read(&tuned.table, path, error) : 0;
    free(path);
    if (status != 0) return -1;
    if (tuned.table.row_count > 0 && find_columns(&tuned) == 0) {
        status = list_values(&tuned) == 0 ? 0 : error_set(error, "out of memory");
        if (status == 0) {
            fill(&tuned);
            set_axes(&tuned);
            describe(&tuned);
        }
    }
    free(tuned.name);
    free(tuned.row);
    csv_release(&tuned.table);
    return status;
}

/* Runs may tune different settings, so they have no common plot: the first run with a tuning.csv is drawn. */
int plot_tuned(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    const struct results *results = input->groups->results;
    (void)plot;
    for (int r = 0; r < results->run_count; r++) {
        if (draw_run(figure, &results->runs[r], error) != 0) return -1;
        if (figure->series_count == 0) continue;
        if (results->run_count > 1)
            figure->subject = figure_text(figure, "%s, %s", results->runs[r].name, figure->subject);
        return 0;
    }
    return 0;
}
