/* report_tables.c - see report_tables.h. */
#include "harness/reports/report_tables.h"

#include <math.h>
#include <stdlib.h>

#include "harness/reports/comparison/comparison_table.h"
#include "harness/reports/page/row_columns.h"
#include "harness/reports/page/row_links.h"

static const struct row_metric shown_metrics[] = {
    {"test_recall_at_1", -1},   {"test_map_at_r", -1},         {"gap_recall_at_1", -1},
    {"gradient_norm_share", 1}, {"peak_activation_bytes", -1}, {"images_per_second", -1},
};
enum { SHOWN = sizeof shown_metrics / sizeof *shown_metrics };

int report_tables_have_cells(const struct report_document *document)
{
    return document->markup->is_page && document->results->ok.count <= REPORT_ROWS_MAX;
}

/* ---- groups ---- */

/* The cells of a group, for the links of its row. */
struct members {
    int count;
    struct results_cell *cells; /* (count) */
    struct markup_link *links;  /* (count) */
    char (*addresses)[REPORT_CELL_ID_SIZE];
};

static void release_members(struct members *members)
{
    free(members->cells);
    free(members->links);
    free(members->addresses);
}

static int list_members(struct members *members, const struct report_document *document, int group)
{
    const struct groups *groups = document->groups;
    size_t room = (size_t)groups->group[group].cells + 1;
    *members = (struct members){0, calloc(room, sizeof *members->cells), calloc(room, sizeof *members->links),
                                calloc(room, sizeof *members->addresses)};
    if (!members->cells || !members->links || !members->addresses) return -1;
    for (int c = 0; c < groups->results->ok.count; c++) {
        if (groups->of_cell[c] != group) continue;
        struct results_cell cell = groups->results->ok.cells[c];
        char *address = members->addresses[members->count];
        snprintf(address, REPORT_CELL_ID_SIZE, "#" REPORT_CELL_ID, c + 1);
        members->links[members->count] = (struct markup_link){results_text(groups->results, cell, "seed"), address};
        members->cells[members->count++] = cell;
    }
    return 0;
}

static void format_value(const struct row_metric *shown, const struct group *group, char text[VARIATION_TEXT_SIZE])
{
    const struct metric *metric = metric_find(shown->name);
    const struct groups_value *value = group_value(group, metric);
    const char *mark = groups_is_time(metric) && group->disturbed > 0 ? " *" : "";
    char mean[ROW_NUMBER_SIZE], deviation[ROW_NUMBER_SIZE];
    row_metric_value(shown, value->mean, mean);
    row_metric_value(shown, value->deviation, deviation);
    if (mean[0]) snprintf(text, VARIATION_TEXT_SIZE, "%s%s%s%s", mean, deviation[0] ? " ± " : "", deviation, mark);
}

static int write_group(const struct report_document *document, const struct markup_table *table, const int *axes,
                       int axis_count, int g, struct error *error)
{
    const struct group *group = &document->groups->group[g];
    struct row_texts texts;
    struct members members;
    char *command = NULL;
    int status = list_members(&members, document, g);
    if (status == 0 && table->is_explorable)
        status = row_command(&command, document->results, members.cells, members.count, error);
    else if (status != 0)
        error_set(error, "out of memory");
    texts.count = 0;
    for (int a = 0; a < axis_count; a++) variation_value(document->variation, group->first, axes[a], row_next(&texts));
    for (int m = 0; m < SHOWN; m++) format_value(&shown_metrics[m], group, row_next(&texts));
    snprintf(row_next(&texts), VARIATION_TEXT_SIZE, "%d", group->cells);
    struct markup_row row = {.links = members.links,
                             .link_count = report_tables_have_cells(document) ? members.count : 0,
                             .command = command};
    if (status == 0) document->markup->table_row(document->stream, table, texts.cells, &row);
    release_members(&members);
    free(command);
    return status;
}

int report_tables_groups(const struct report_document *document, struct error *error)
{
    struct row_heads heads;
    int axes[AXES_MAX + 1], axis_count = row_axes(document->variation, axes), status = 0;
    int count = document->groups->count < REPORT_ROWS_MAX ? document->groups->count : REPORT_ROWS_MAX;
    heads.titles.count = 0;
    for (int a = 0; a < axis_count; a++) variation_title(document->variation, axes[a], row_head(&heads, 0));
    for (int m = 0; m < SHOWN; m++) row_metric_title(metric_find(shown_metrics[m].name), row_head(&heads, 1));
    snprintf(row_head(&heads, 1), VARIATION_TEXT_SIZE, "seeds");
    struct markup_table table = {.id = "groups",
                                 .caption = "Means over seeds",
                                 .columns = heads.columns,
                                 .count = heads.titles.count,
                                 .is_explorable = document->markup->is_page,
                                 .links_title = report_tables_have_cells(document) ? "cells, by seed" : "row"};
    document->markup->table_begin(document->stream, &table);
    for (int g = 0; g < count && status == 0; g++) status = write_group(document, &table, axes, axis_count, g, error);
    document->markup->table_end(document->stream, &table);
    report_tables_cut(document, count, document->groups->count, "cells.csv has all cells");
    return status;
}

/* ---- differences ---- */

static void write_differences(const struct report_document *document, const struct comparison_table *table,
                              const struct markup_column *columns, const char *caption)
{
    struct markup_table shown = {.caption = caption, .columns = columns, .count = table->column_count};
    int count = table->row_count < REPORT_ROWS_MAX ? table->row_count : REPORT_ROWS_MAX;
    document->markup->table_begin(document->stream, &shown);
    for (int r = 0; r < count; r++)
        document->markup->table_row(document->stream, &shown,
                                    (const char *const *)&table->cells[r * table->column_count], NULL);
    document->markup->table_end(document->stream, &shown);
    report_tables_cut(document, count, table->row_count, "'partgrad compare --format csv' prints all");
}

int report_tables_differences(const struct report_document *document, const struct comparison *const *comparisons,
                              int count, const char *caption, struct error *error)
{
    struct comparison_table table;
    if (comparison_table_make(&table, comparisons, count, COMPARISON_PRINT, NAN, &document->results->axes, error) != 0)
        return -1;
    struct markup_column *columns = calloc((size_t)table.column_count + 1, sizeof *columns);
    for (int c = 0; columns && c < table.column_count; c++)
        columns[c] = (struct markup_column){.title = table.columns[c].name, .number = table.columns[c].is_number};
    if (columns) write_differences(document, &table, columns, caption);
    int status = columns ? 0 : error_set(error, "out of memory");
    free(columns);
    comparison_table_release(&table);
    return status;
}

void report_tables_cut(const struct report_document *document, int shown, int count, const char *elsewhere)
{
    char text[256];
    if (shown == count) return;
    snprintf(text, sizeof text, "The first %d of %d rows; %s.", shown, count, elsewhere);
    document->markup->paragraph(document->stream, text);
}
