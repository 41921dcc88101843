/* report_tables.c - see report_tables.h. */
#include "harness/reports/report_tables.h"

#include <math.h>
#include <stdlib.h>

#include "harness/reports/comparison_table.h"

enum { COLUMNS_MAX = AXES_MAX + 16 };

/* Axes that are shown even where they do not vary, and last of all axes. */
static const char *const always[] = {"batch_size", "portion", "strategy", "backprop"};
enum { ALWAYS = sizeof always / sizeof *always };

/* The metrics shown; digits: -1 for those that their unit usually has. */
static const struct shown_metric {
    const char *name;
    int digits;
} shown_metrics[] = {
    {"test_recall_at_1", -1},   {"test_map_at_r", -1},         {"gap_recall_at_1", -1},
    {"gradient_norm_share", 1}, {"peak_activation_bytes", -1}, {"images_per_second", -1},
};
enum { SHOWN = sizeof shown_metrics / sizeof *shown_metrics };

/* The texts of a row of a table; empty with count 0. */
struct texts {
    int count;
    char text[COLUMNS_MAX][VARIATION_TEXT_SIZE];
    const char *cells[COLUMNS_MAX]; /* the same */
};

/* The heads of its columns. */
struct heads {
    struct texts titles;
    struct markup_column columns[COLUMNS_MAX];
};

/* Where the next text of the row goes, empty so far. */
static char *next(struct texts *texts)
{
    char *text = texts->text[texts->count];
    texts->cells[texts->count++] = text;
    text[0] = '\0';
    return text;
}

/* Appends a column; `number` as in markup.h. Returns where its title goes. */
static char *head(struct heads *heads, int number)
{
    int at = heads->titles.count;
    heads->columns[at] = (struct markup_column){heads->titles.text[at], number};
    return next(&heads->titles);
}

static int is_always(const struct axes *axes, int axis)
{
    for (int n = 0; n < ALWAYS; n++)
        if (axis == axes_find(axes, always[n])) return 1;
    return 0;
}

/* The axes that are columns, in their order; returns how many. */
static int list_axes(const struct variation *variation, int list[AXES_MAX + 1])
{
    const struct axes *axes = &variation->results->axes;
    int count = 0;
    if (variation->shown[axes->count]) list[count++] = axes->count;
    for (int a = 0; a < axes->count; a++)
        if (variation->shown[a] && !is_always(axes, a)) list[count++] = a;
    for (int n = 0; n < ALWAYS; n++)
        if (axes_find(axes, always[n]) >= 0) list[count++] = axes_find(axes, always[n]);
    return count;
}

static void format_title(const struct metric *metric, char text[VARIATION_TEXT_SIZE])
{
    const char *unit = metric_formats[metric->unit].name;
    snprintf(text, VARIATION_TEXT_SIZE, "%s%s%s", metric->label, unit[0] ? ", " : "", unit);
}

static void format_value(const struct shown_metric *shown, const struct group *group, char text[VARIATION_TEXT_SIZE])
{
    const struct metric *metric = metric_find(shown->name);
    const struct metric_format *format = &metric_formats[metric->unit];
    const struct groups_value *value = group_value(group, metric);
    int digits = shown->digits < 0 ? format->digits : shown->digits;
    const char *mark = groups_is_time(metric) && group->disturbed > 0 ? " *" : "";
    double mean = value->mean * format->scale, deviation = value->deviation * format->scale;
    if (!isnan(deviation))
        snprintf(text, VARIATION_TEXT_SIZE, "%.*f ± %.*f%s", digits, mean, digits, deviation, mark);
    else if (!isnan(mean))
        snprintf(text, VARIATION_TEXT_SIZE, "%.*f%s", digits, mean, mark);
}

static void write_group(const struct report_document *document, const struct markup_table *table, const int *axes,
                        int axis_count, const struct group *group)
{
    struct texts row;
    row.count = 0;
    for (int a = 0; a < axis_count; a++) variation_value(document->variation, group->first, axes[a], next(&row));
    for (int m = 0; m < SHOWN; m++) format_value(&shown_metrics[m], group, next(&row));
    snprintf(next(&row), VARIATION_TEXT_SIZE, "%d", group->cells);
    document->markup->table_row(document->stream, table, row.cells, NULL);
}

void report_tables_groups(const struct report_document *document)
{
    struct heads heads;
    int axes[AXES_MAX + 1], axis_count = list_axes(document->variation, axes);
    heads.titles.count = 0;
    for (int a = 0; a < axis_count; a++) variation_title(document->variation, axes[a], head(&heads, 0));
    for (int m = 0; m < SHOWN; m++) format_title(metric_find(shown_metrics[m].name), head(&heads, 1));
    snprintf(head(&heads, 1), VARIATION_TEXT_SIZE, "seeds");
    struct markup_table table = {
        .id = "groups", .caption = "Means over seeds", .columns = heads.columns, .count = heads.titles.count};
    document->markup->table_begin(document->stream, &table);
    for (int g = 0; g < document->groups->count; g++)
        write_group(document, &table, axes, axis_count, &document->groups->group[g]);
    document->markup->table_end(document->stream, &table);
}

/* ---- differences ---- */

int report_tables_differences(const struct report_document *document, const struct comparison *const *comparisons,
                              int count, const char *caption, struct error *error)
{
    struct comparison_table table;
    if (comparison_table_make(&table, comparisons, count, COMPARISON_PRINT, NAN, &document->results->axes, error) != 0)
        return -1;
    struct markup_column *columns = calloc((size_t)table.column_count + 1, sizeof *columns);
    for (int c = 0; columns && c < table.column_count; c++)
        columns[c] = (struct markup_column){table.columns[c].name, table.columns[c].is_number};
    struct markup_table shown = {.caption = caption, .columns = columns, .count = table.column_count};
    if (columns) {
        document->markup->table_begin(document->stream, &shown);
        for (int r = 0; r < table.row_count; r++)
            document->markup->table_row(document->stream, &shown,
                                        (const char *const *)&table.cells[r * table.column_count], NULL);
        document->markup->table_end(document->stream, &shown);
    }
    int status = columns ? 0 : error_set(error, "out of memory");
    free(columns);
    comparison_table_release(&table);
    return status;
}
