/* report_cells.c - the table with a row for each cell (see report_tables.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/report_tables.h"
#include "harness/reports/page/row_columns.h"
#include "harness/reports/page/row_links.h"

static const struct row_metric metrics[] = {
    {"test_recall_at_1", -1},      {"test_map_at_r", -1},   {"valid_recall_at_1", -1},  {"valid_map_at_r", -1},
    {"train_recall_at_1", -1},     {"gap_recall_at_1", -1}, {"gradient_norm_share", 1}, {"gradient_cosine", -1},
    {"peak_activation_bytes", -1}, {"peak_rss_bytes", -1},  {"images_per_second", -1},  {"wall_seconds", -1},
};
enum { METRICS = sizeof metrics / sizeof *metrics };

/* Points of a cell's curve; few, since a page may have thousands of curves. */
enum { CURVE_POINTS_MAX = 32 };

/* The columns: axes, then the metrics that at least one cell measured. */
struct cell_columns {
    int axis_count, axes[AXES_MAX + 1];
    int metric_count;
    const struct row_metric *metric[METRICS];
};

static int is_listed(const struct cell_columns *columns, int axis)
{
    for (int a = 0; a < columns->axis_count; a++)
        if (columns->axes[a] == axis) return 1;
    return 0;
}

/* Lists every axis that varies, the seed included, so that readers can filter by it. Checksums are left out, and
 * options are shown with their plug-ins. */
static void list_cell_axes(const struct variation *variation, struct cell_columns *columns)
{
    const struct axes *axes = &variation->results->axes;
    columns->axis_count = row_axes(variation, columns->axes);
    for (int a = 0; a < axes->count; a++) {
        const struct axis *axis = &axes->axis[a];
        int is_wanted = variation->varies[a] && !axis->is_options && !strstr(axis->column, "checksum");
        if (is_wanted && !is_listed(columns, a)) columns->axes[columns->axis_count++] = a;
    }
}

static int is_measured(const struct results *results, const struct metric *metric)
{
    for (int i = 0; i < results->ok.count; i++)
        if (!isnan(results_measure(results, results->ok.cells[i], metric))) return 1;
    return 0;
}

static void list_columns(const struct report_document *document, struct cell_columns *columns)
{
    list_cell_axes(document->variation, columns);
    columns->metric_count = 0;
    for (int m = 0; m < METRICS; m++)
        if (is_measured(document->results, metric_find(metrics[m].name)))
            columns->metric[columns->metric_count++] = &metrics[m];
}

static void write_heads(const struct report_document *document, const struct cell_columns *columns,
                        struct row_heads *heads)
{
    heads->titles.count = 0;
    snprintf(row_head(heads, 0), VARIATION_TEXT_SIZE, "cell");
    heads->columns[0].names = 1;
    for (int a = 0; a < columns->axis_count; a++)
        variation_title(document->variation, columns->axes[a], row_head(heads, 0));
    for (int m = 0; m < columns->metric_count; m++)
        row_metric_title(metric_find(columns->metric[m]->name), row_head(heads, 1));
}

static void write_texts(const struct report_document *document, const struct cell_columns *columns,
                        struct results_cell cell, struct row_texts *texts)
{
    const struct results *results = document->results;
    texts->count = 0;
    snprintf(row_next(texts), VARIATION_TEXT_SIZE, "%s", results_text(results, cell, "cell"));
    for (int a = 0; a < columns->axis_count; a++)
        variation_value(document->variation, cell, columns->axes[a], row_next(texts));
    for (int m = 0; m < columns->metric_count; m++) {
        const struct metric *metric = metric_find(columns->metric[m]->name);
        char *text = row_next(texts), number[ROW_NUMBER_SIZE];
        const char *mark = groups_is_time(metric) && results_is_disturbed(results, cell) ? " *" : "";
        row_metric_value(columns->metric[m], results_measure(results, cell, metric), number);
        if (number[0]) snprintf(text, VARIATION_TEXT_SIZE, "%s%s", number, mark);
    }
}

static int write_cell(const struct report_document *document, const struct markup_table *table,
                      const struct cell_columns *columns, int position, struct error *error)
{
    struct results_cell cell = document->results->ok.cells[position];
    struct row_texts texts;
    char id[REPORT_CELL_ID_SIZE];
    snprintf(id, sizeof id, REPORT_CELL_ID, position + 1);
    write_texts(document, columns, cell, &texts);
    const struct curve *curve = position < document->curves->count ? &document->curves->curve[position] : NULL;
    return report_tables_linked_row(document, table, texts.cells, id, cell, curve, error);
}

int report_tables_linked_row(const struct report_document *document, const struct markup_table *table,
                             const char *const *cells, const char *id, struct results_cell cell,
                             const struct curve *curve, struct error *error)
{
    struct row_links links;
    char *command, *drawn = NULL;
    if (row_links_make(&links, document->results, cell, document->folder, error) != 0) return -1;
    int status = row_command(&command, document->results, &cell, 1, error);
    if (status == 0 && curve) status = curve_text(&drawn, curve, CURVE_POINTS_MAX, error);
    struct markup_row row = {
        .id = id, .links = links.links, .link_count = ROW_LINKS, .command = command, .curve = drawn};
    if (status == 0) document->markup->table_row(document->stream, table, cells, &row);
    row_links_release(&links);
    free(command);
    free(drawn);
    return status;
}

int report_tables_cells(const struct report_document *document, struct error *error)
{
    struct cell_columns columns;
    struct row_heads heads;
    int status = 0;
    list_columns(document, &columns);
    write_heads(document, &columns, &heads);
    struct markup_table table = {.id = "cells",
                                 .caption = "Cells that ended well",
                                 .columns = heads.columns,
                                 .count = heads.titles.count,
                                 .is_explorable = 1,
                                 .links_title = "files"};
    document->markup->table_begin(document->stream, &table);
    for (int i = 0; i < document->results->ok.count && status == 0; i++)
        status = write_cell(document, &table, &columns, i, error);
    document->markup->table_end(document->stream, &table);
    return status;
}
