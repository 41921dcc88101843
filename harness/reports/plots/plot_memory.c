/* plot_memory.c - planned and measured memory, a row for each setting that it depends on. Strategies share a row, since
 * they need little memory of their own. */
#include "harness/reports/plots/plots.h"

#include <math.h>
#include <stdlib.h>

#include "harness/reports/plots/rows.h"
#include "harness/reports/plots/ruler.h"

static const struct {
    const char *metric, *label;
} kinds[] = {
    {"peak_activation_bytes", "activations, planned"},
    {"peak_tensor_bytes", "all tensors, planned"},
    {"peak_rss_bytes", "process, measured"},
    {"training_rss_bytes", "process while training, measured"},
    {"evaluation_rss_bytes", "process while evaluating, measured"},
};
enum { KINDS = sizeof kinds / sizeof *kinds, TENSORS = 1 };

/* A row: the groups that agree with its first, except in the strategy. */
struct memory_row {
    const struct group *first;
    const char *name;
    struct groups_value value[KINDS];
    double low[KINDS], high[KINDS];
};

struct memory {
    struct figure *figure;
    const struct groups *groups;
    struct ruler ruler;
    axis_set same; /* axes in which the groups of a row agree */
    int count;
    struct memory_row *row; /* (count) largest planned tensors first */
};

static void take_in(struct memory_row *row, const struct group *group)
{
    for (int k = 0; k < KINDS; k++) {
        const struct groups_value *value = group_value(group, metric_find(kinds[k].metric));
        groups_value_add(&row->value[k], value->mean);
        row->low[k] = fmin(row->low[k], value->mean - (value->deviation > 0 ? value->deviation : 0));
        row->high[k] = fmax(row->high[k], value->mean + (value->deviation > 0 ? value->deviation : 0));
    }
}

static struct memory_row *find_row(struct memory *memory, const struct group *group)
{
    for (int r = 0; r < memory->count; r++)
        if (ruler_agree(&memory->ruler, memory->row[r].first, group, memory->same)) return &memory->row[r];
    struct memory_row *row = &memory->row[memory->count];
    char *name = ruler_label(&memory->ruler, group, memory->same, 1);
    if (!name) return NULL;
    *row = (struct memory_row){.first = group, .name = figure_text(memory->figure, "%s", name)};
    free(name);
    for (int k = 0; k < KINDS; k++) {
        row->value[k] = groups_value_none();
        row->low[k] = INFINITY;
        row->high[k] = -INFINITY;
    }
    memory->count++;
    return row;
}

static int compare_rows(const void *a, const void *b)
{
    const struct memory_row *left = a, *right = b;
    double difference = right->value[TENSORS].mean - left->value[TENSORS].mean;
    if (difference != 0 && isfinite(difference)) return difference > 0 ? 1 : -1;
    return (left->first > right->first) - (left->first < right->first);
}

static int list_rows(struct memory *memory)
{
    memory->row = calloc((size_t)memory->groups->count + 1, sizeof *memory->row);
    if (!memory->row) return -1;
    for (int a = 0; a < results_axis_count(memory->groups->results); a++)
        memory->same[a] = memory->ruler.line[a] || (a == memory->ruler.batch && memory->ruler.variation->shown[a]);
    for (int g = 0; g < memory->groups->count; g++) {
        struct memory_row *row = find_row(memory, &memory->groups->group[g]);
        if (!row) return -1;
        take_in(row, &memory->groups->group[g]);
    }
    qsort(memory->row, (size_t)memory->count, sizeof *memory->row, compare_rows);
    return 0;
}

/* Adds the marks of one kind of memory. Bars show the range over strategies and, if measured, seeds. */
static void add_kind(const struct memory *memory, int kind)
{
    struct look look = kind == 0 ? palette_of_strategy("full") : palette_of_order(kind - 1);
    struct figure_series series = {.layer = FIGURE_MEANS, .label = kinds[kind].label, .look = look, .bars_on_x = 1};
    int line = -1;
    for (int r = 0; r < memory->count; r++) {
        const struct memory_row *row = &memory->row[r];
        struct figure_point point = figure_point_at(row->value[kind].mean, r + 1);
        if (!isfinite(point.x)) continue;
        if (line < 0) line = figure_add_series(memory->figure, &series);
        point.of = "mean";
        point.detail = point.note = row->name;
        if (row->high[kind] > row->low[kind]) {
            point.low = row->low[kind];
            point.high = row->high[kind];
        }
        figure_add_point(memory->figure, line, &point);
    }
    if (line >= 0) figure_add_key(memory->figure, kinds[kind].label, look);
}

static int name_rows(const struct memory *memory)
{
    const char **names = calloc((size_t)memory->count + 1, sizeof *names);
    if (!names) return -1;
    for (int r = 0; r < memory->count; r++) names[r] = memory->row[r].name;
    rows_set_names(memory->figure, names, NULL, memory->count);
    free(names);
    return 0;
}

static void describe(const struct memory *memory)
{
    struct figure *figure = memory->figure;
    const char *text = figure_text(figure, "%s.", figure->title);
    for (int r = 0; r < memory->count; r++)
        text = figure_text(figure, "%s %s: tensors %s planned.", text, memory->row[r].name,
                           figure_value(figure, &figure->x, memory->row[r].value[TENSORS].mean));
    figure->description = text;
}

int plot_memory(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    struct memory memory = {
        .figure = figure, .groups = input->groups, .ruler = ruler_make(plot, input->groups, input->variation)};
    int status = list_rows(&memory);
    if (status == 0) {
        figure_add_panel(figure, "");
        for (int k = 0; k < KINDS; k++) add_kind(&memory, k);
    }
    if (status == 0 && figure->series_count > 0) {
        rows_set_columns(figure, 0);
        status = name_rows(&memory);
        figure->x = figure_metric_axis(figure, plot_metric(plot));
        figure->x.title = figure_text(figure, "peak memory, %s", figure->x.unit);
        figure->x.words = "";
        figure->x.column = "bytes";
        figure->x.has_zero = 1;
        describe(&memory);
    }
    free(memory.row);
    return status == 0 ? 0 : error_set(error, "out of memory");
}
