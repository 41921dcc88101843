/* column.c - see column.h. */
#include "harness/tables/column.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"

enum { FIELD_SIZE = 2 * AXIS_VALUE_SIZE };

#define CELL(member) 1, 0, COLUMN_TEXT, offsetof(struct cell, member), -1
#define GRID(member) 1, 1, COLUMN_TEXT, offsetof(struct cell, member), -1
#define RESULT(type, member) 0, 0, type, offsetof(struct cell_record, member), -1
#define EPOCH(type, member) 0, 0, type, offsetof(struct epoch_record, member), -1
#define STEP(type, member) 0, 0, type, offsetof(struct step_record, member), -1
#define CLASS(type, member) 0, 0, type, offsetof(struct class_record, member), -1
#define EVALUATION(type, member) 0, 0, type, offsetof(struct evaluation_record, member), -1

static const struct column cell_columns[] = {
    {"cell", "name of the training run, and of its folder", 0, CELL(name)},
    {"status", "ok or failed", 0, RESULT(COLUMN_STRING, status)},
    {"error", "why it failed", 0, RESULT(COLUMN_TEXT, error)},
    {"settings", "hash of all settings, inputs and threads; rows with equal hashes are the same training", 0,
     CELL(identity)},
    {0},
};

static const struct column wave_columns[] = {
    {"wave", "in a tuned experiment: trial, final, or both; else empty", 0, GRID(wave)},
    {"tuned", "of a final cell: columns of the settings that trials chose, separated by spaces", 0, GRID(tuned)},
    {"tuned_at_edge", "of a final cell: tuned settings whose best value is still at an edge of their list", 0,
     GRID(at_edge)},
    {0},
};

static const struct column result_columns[] = {
    {"selected", "K = max(1, round(p B))", 0, RESULT(COLUMN_INT, selected)},
    {"epochs_finished", "of the epochs asked for", 0, RESULT(COLUMN_INT, epochs)},
    {"judged_epoch", "the epoch whose metrics are reported, as `judge` says", 0, RESULT(COLUMN_REAL, judged)},
    {"kept_weights", "checksum of the cell's weights.safetensors; empty: none were kept", 0,
     RESULT(COLUMN_TEXT, kept_weights)},
    {0},
};

static const struct column provenance_columns[] = {
    {"started_at", "UTC", 1, RESULT(COLUMN_TEXT, started_at)},
    {"host", "machine", 1, RESULT(COLUMN_TEXT, host)},
    {"cpu", "its processor", 1, RESULT(COLUMN_TEXT, cpu)},
    {"libraries", "that compute", 1, RESULT(COLUMN_TEXT, libraries)},
    {"commit", "version of partgrad", 1, RESULT(COLUMN_TEXT, commit)},
    {"others_share", "share of the cores that other work kept busy during the cell; empty: not known", 1,
     RESULT(COLUMN_REAL, others_share)},
    {"cells_beside", "the most cells of the same run that ran at the same time; empty: not known", 1,
     RESULT(COLUMN_REAL, cells_beside)},
    {0},
};

static const struct column epoch_columns[] = {
    {"epoch", "0 is before training", 0, EPOCH(COLUMN_INT, epoch)},
    {"judged", "1: the cell reports this epoch", 0, EPOCH(COLUMN_INT, judged)},
    {"learning_rate", "of the epoch's last step", 0, EPOCH(COLUMN_REAL, learning_rate)},
    {"share_done", "share of the training run's steps so far", 0, EPOCH(COLUMN_REAL, share_done)},
    {0},
};

static const struct column step_columns[] = {
    {"epoch", "from 1", 0, STEP(COLUMN_INT, epoch)},
    {"step", "of the epoch, from 1", 0, STEP(COLUMN_INT, step)},
    {"learning_rate", "of the step", 0, STEP(COLUMN_REAL, learning_rate)},
    {"full_batch_loss", "loss of the whole batch", 0, STEP(COLUMN_REAL, full_batch_loss)},
    {"selected_loss", "mean sample loss of the selected", 0, STEP(COLUMN_REAL, selected_loss)},
    {"gradient_norm_share", "sum of |u_i| over the selected / over the batch", 0,
     STEP(COLUMN_REAL, gradient_norm_share)},
    {"gradient_cosine", "of partial and full parameter gradient; empty on steps that were not probed", 0,
     STEP(COLUMN_REAL, gradient_cosine)},
    {"gradient_norm_ratio", "norm of the partial over that of the full parameter gradient, likewise", 0,
     STEP(COLUMN_REAL, gradient_norm_ratio)},
    {"step_milliseconds", "time of the step, including waiting for its batch and probing", 1,
     STEP(COLUMN_REAL, step_milliseconds)},
    {0},
};

static const struct column class_columns[] = {
    {"split", "test or valid: classes that were not trained on", 0, CLASS(COLUMN_STRING, split)},
    {"class", "its label in the data set", 0, CLASS(COLUMN_INT, label)},
    {"queries", "images of the class that have another image of it to find", 0, CLASS(COLUMN_INT, queries)},
    {"recall_at_1", "sum over these queries", 0, CLASS(COLUMN_REAL, recall_at_1)},
    {"map_at_r", "sum of their average precisions at R", 0, CLASS(COLUMN_REAL, map_at_r)},
    {"r_precision", "sum over these queries", 0, CLASS(COLUMN_REAL, r_precision)},
    {0},
};

static const struct column evaluation_columns[] = {
    {"epoch", "0 is before training", 0, EVALUATION(COLUMN_INT, epoch)},
    {"evaluated_on", "data set that was embedded", 0, EVALUATION(COLUMN_TEXT, data_set)},
    {"split", "which classes of it: test, of the cell's own data set also train, seen or valid", 0,
     EVALUATION(COLUMN_TEXT, split)},
    {"metric", "recall, precision, map_at_r, r_precision, class_recall, class_map_at_r, queries, queries_unanswered", 0,
     EVALUATION(COLUMN_TEXT, metric)},
    {"k", "of recall@K and precision@K; empty where the metric has none", 0, EVALUATION(COLUMN_REAL, k)},
    {"value", "a fraction 0 .. 1, or a count", 0, EVALUATION(COLUMN_REAL, value)},
    {0},
};

/* Axes that epochs.csv repeats, so that it can be read on its own. */
static const char *const epoch_axes[] = {"strategy", "batch_size", "portion", "seed"};

static void add_columns(struct column_table *table, const struct column *columns)
{
    for (; columns->name; columns++) table->column[table->count++] = *columns;
}

static void add_axis(struct column_table *table, int axis)
{
    table->column[table->count++] = (struct column){.of_cell = 1, .axis = axis};
}

/* Adds the metrics; `offset` is that of struct metrics in the record. */
static void add_metrics(struct column_table *table, size_t offset, int epochs)
{
    for (const struct metric *metric = metrics_table; metric->name; metric++) {
        if (epochs && !metric->in_epochs) continue;
        enum column_type type = metric->unit == UNIT_BYTES ? COLUMN_BYTES : COLUMN_REAL;
        table->column[table->count++] =
            (struct column){metric->name, metric->meaning, metric->is_cost, 0, 0, type, offset + metric->offset, -1};
    }
}

void columns_of_cells(struct column_table *table)
{
    table->count = 0;
    axes_collect(&table->axes);
    add_columns(table, cell_columns);
    for (int a = 0; a < table->axes.count; a++)
        if (!axis_is_request(&table->axes.axis[a])) add_axis(table, a);
    add_columns(table, wave_columns);
    add_columns(table, result_columns);
    add_metrics(table, offsetof(struct cell_record, metrics), 0);
    add_columns(table, provenance_columns);
}

/* The first columns of files with several rows per cell, which say to what cell a row belongs. */
static void begin_of_cell(struct column_table *table)
{
    table->count = 0;
    axes_collect(&table->axes);
    table->column[table->count++] = cell_columns[0];
    table->column[table->count++] = cell_columns[3];
}

void columns_of_epochs(struct column_table *table)
{
    begin_of_cell(table);
    for (size_t a = 0; a < sizeof epoch_axes / sizeof *epoch_axes; a++)
        add_axis(table, axes_find(&table->axes, epoch_axes[a]));
    add_columns(table, epoch_columns);
    add_metrics(table, offsetof(struct epoch_record, metrics), 1);
}

void columns_of_steps(struct column_table *table)
{
    begin_of_cell(table);
    add_columns(table, step_columns);
}

void columns_of_classes(struct column_table *table)
{
    begin_of_cell(table);
    add_columns(table, class_columns);
}

void columns_of_evaluations(struct column_table *table)
{
    begin_of_cell(table);
    add_columns(table, evaluation_columns);
}

const char *column_name(const struct column_table *table, int column)
{
    const struct column *found = &table->column[column];
    return found->axis < 0 ? found->name : table->axes.axis[found->axis].column;
}

const char *column_meaning(const struct column_table *table, int column)
{
    const struct column *found = &table->column[column];
    if (found->axis < 0) return found->meaning;
    return axis_meaning(&table->axes.axis[found->axis]);
}

void column_write_header(FILE *stream, const struct column_table *table)
{
    const char *names[COLUMNS_MAX];
    for (int c = 0; c < table->count; c++) names[c] = column_name(table, c);
    csv_write_row(stream, names, table->count);
}

static void format_real(const char *format, double value, char *text)
{
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, FIELD_SIZE, format, value);
}

static void format_value(const struct column_table *table, const struct column *column, const struct cell *cell,
                         const void *record, char text[FIELD_SIZE])
{
    const void *value = (const char *)(column->of_cell ? (const void *)cell : record) + column->offset;
    if (column->axis >= 0) {
        axis_format(&table->axes.axis[column->axis], &cell->settings, text);
        return;
    }
    switch (column->type) {
    case COLUMN_INT:
        snprintf(text, FIELD_SIZE, "%d", *(const int *)value);
        break;
    case COLUMN_REAL:
        format_real("%.9g", *(const double *)value, text);
        break;
    case COLUMN_BYTES:
        format_real("%.0f", *(const double *)value, text);
        break;
    case COLUMN_TEXT:
        snprintf(text, FIELD_SIZE, "%s", (const char *)value);
        break;
    case COLUMN_STRING:
        snprintf(text, FIELD_SIZE, "%s", *(const char *const *)value);
        break;
    }
}

void column_write_row(FILE *stream, const struct column_table *table, const struct cell *cell, const void *record)
{
    char text[COLUMNS_MAX][FIELD_SIZE];
    const char *fields[COLUMNS_MAX];
    for (int c = 0; c < table->count; c++) {
        format_value(table, &table->column[c], cell, record, text[c]);
        fields[c] = text[c];
    }
    csv_write_row(stream, fields, table->count);
}

int column_write_file(const char *folder, const char *name, const struct column_table *table, const struct cell *cell,
                      const void *records, size_t record_bytes, int count, struct error *error)
{
    char *path = file_join(folder, "%s", name);
    struct file_writer writer;
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    column_write_header(writer.stream, table);
    for (int i = 0; i < count; i++)
        column_write_row(writer.stream, table, cell, (const char *)records + (size_t)i * record_bytes);
    return file_writer_commit(&writer, error);
}
