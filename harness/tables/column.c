/* column.c - see column.h. */
#include "harness/tables/column.h"

#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "harness/training/cell.h"
#include "base/csv.h"

enum { COLUMNS_MAX = 64, FIELD_SIZE = 1024 };

#define CELL(member) FROM_CELL, COLUMN_TEXT, offsetof(struct cell, member)
#define SETTING(type, member) FROM_SETTINGS, type, offsetof(struct settings, member)
#define RESULT(type, member) FROM_RECORD, type, offsetof(struct cell_result, member)
#define STEP(type, member) FROM_RECORD, type, offsetof(struct step_row, member)
#define EPOCH(type, member) FROM_RECORD, type, offsetof(struct epoch_result, member)

const struct column cell_columns[] = {
    {"cell", "name of the training run, and of its folder", 0, CELL(name)},
    {"status", "ok or failed", 0, RESULT(COLUMN_STRING, status)},
    {"error", "why it failed", 0, RESULT(COLUMN_TEXT, error)},
    {"dataset", "pack trained and tested on", 0, SETTING(COLUMN_TEXT, dataset)},
    {"model", "network", 0, SETTING(COLUMN_CHOICE, model)},
    {"loss", "loss", 0, SETTING(COLUMN_CHOICE, loss)},
    {"sampler", "what composed the batches", 0, SETTING(COLUMN_CHOICE, sampler)},
    {"strategy", "what selected the samples that got gradient; full: all of them", 0, SETTING(COLUMN_CHOICE, strategy)},
    {"batch_size", "B, samples that the loss sees", 0, SETTING(COLUMN_INT, batch_size)},
    {"samples_per_class", "samples of each class in a batch", 0, SETTING(COLUMN_INT, samples_per_class)},
    {"portion", "p, share of the batch that is back-propagated", 0, SETTING(COLUMN_REAL, portion)},
    {"selected", "K = max(1, round(p B))", 0, RESULT(COLUMN_INT, selected)},
    {"backprop", "direct or two_pass", 0, RESULT(COLUMN_STRING, backprop)},
    {"precision", "bf16 or f32, of activations and weights", 0, RESULT(COLUMN_STRING, precision)},
    {"seed", "of weights, batches, crops and selections", 0, SETTING(COLUMN_INT, seed)},
    {"epochs", "epochs finished", 0, RESULT(COLUMN_INT, epochs)},
    {"test_recall_at_1", "share of test images whose nearest other is of their class", 0,
     RESULT(COLUMN_REAL, test_recall[0])},
    {"test_recall_at_2", "share with one of their class among the 2 nearest", 0, RESULT(COLUMN_REAL, test_recall[1])},
    {"test_recall_at_4", "among the 4 nearest", 0, RESULT(COLUMN_REAL, test_recall[2])},
    {"test_recall_at_8", "among the 8 nearest", 0, RESULT(COLUMN_REAL, test_recall[3])},
    {"test_map_at_r", "mean average precision at R, test classes", 0, RESULT(COLUMN_REAL, test_map_at_r)},
    {"test_r_precision", "R-precision, test classes", 0, RESULT(COLUMN_REAL, test_r_precision)},
    {"train_recall_at_1", "recall@1 of train classes, without augmentation", 0, RESULT(COLUMN_REAL, train_recall_at_1)},
    {"train_map_at_r", "MAP@R of train classes", 0, RESULT(COLUMN_REAL, train_map_at_r)},
    {"gap_recall_at_1", "overfitting gap: train - test recall@1", 0, RESULT(COLUMN_REAL, gap_recall_at_1)},
    {"gap_map_at_r", "overfitting gap: train - test MAP@R", 0, RESULT(COLUMN_REAL, gap_map_at_r)},
    {"train_loss", "loss on train classes, without augmentation", 0, RESULT(COLUMN_REAL, train_loss)},
    {"test_loss", "loss on test classes, batches composed likewise", 0, RESULT(COLUMN_REAL, test_loss)},
    {"gap_loss", "overfitting gap: test - train loss", 0, RESULT(COLUMN_REAL, gap_loss)},
    {"full_batch_loss", "loss of the whole batch, mean over the last epoch", 0, RESULT(COLUMN_REAL, full_batch_loss)},
    {"selected_loss", "mean sample loss of the selected, mean over the last epoch", 0,
     RESULT(COLUMN_REAL, selected_loss)},
    {"gradient_norm_share", "sum of |g_i| over the selected / over the batch, mean over the last epoch", 0,
     RESULT(COLUMN_REAL, gradient_norm_share)},
    {"gradient_cosine", "cosine of partial and full parameter gradient on probe steps; empty without them", 0,
     RESULT(COLUMN_REAL, gradient_cosine)},
    {"peak_activation_bytes", "activations kept for the backward pass, and those in passing", 1,
     RESULT(COLUMN_BYTES, peak_activation_bytes)},
    {"peak_tensor_bytes", "all arrays of the training step", 1, RESULT(COLUMN_BYTES, peak_tensor_bytes)},
    {"peak_rss_bytes", "largest resident set of the process", 1, RESULT(COLUMN_BYTES, peak_rss_bytes)},
    {"images_per_second", "B / median time of a training step", 1, RESULT(COLUMN_REAL, images_per_second)},
    {"step_milliseconds", "median time of a training step", 1, RESULT(COLUMN_REAL, step_milliseconds)},
    {"wall_seconds", "time of the whole cell, evaluation included", 1, RESULT(COLUMN_REAL, wall_seconds)},
    {"started_at", "UTC", 1, RESULT(COLUMN_TEXT, started_at)},
    {"host", "machine", 1, RESULT(COLUMN_TEXT, host)},
    {"commit", "version of partgrad", 1, RESULT(COLUMN_TEXT, commit)},
    {"gradient_norm_ratio", "norm of the partial over that of the full parameter gradient on probe steps", 0,
     RESULT(COLUMN_REAL, gradient_norm_ratio)},
    {"gradient_scale", "none, or inverse_portion: the selection's gradient times B / K", 0,
     RESULT(COLUMN_STRING, gradient_scale)},
    {"accumulate", "batches to an update", 0, SETTING(COLUMN_INT, accumulate)},
    {"memory_bank_size", "embeddings of earlier batches that a batch was compared with", 0,
     SETTING(COLUMN_INT, bank_size)},
    {"test_queries_unanswered", "test images that are the only one of their class; the metrics leave them out", 0,
     RESULT(COLUMN_REAL, test_queries_unanswered)},
    {0},
};

const struct column epoch_columns[] = {
    {"cell", "name of the training run", 0, CELL(name)},
    {"strategy", "as in cells.csv", 0, SETTING(COLUMN_CHOICE, strategy)},
    {"batch_size", "B", 0, SETTING(COLUMN_INT, batch_size)},
    {"portion", "p", 0, SETTING(COLUMN_REAL, portion)},
    {"seed", "as in cells.csv", 0, SETTING(COLUMN_INT, seed)},
    {"epoch", "0 is before training", 0, EPOCH(COLUMN_INT, epoch)},
    {"learning_rate", "of the epoch's last step", 0, EPOCH(COLUMN_REAL, learning_rate)},
    {"full_batch_loss", "loss of the whole batch, mean over the epoch", 0, EPOCH(COLUMN_REAL, full_batch_loss)},
    {"selected_loss", "mean sample loss of the selected, mean over the epoch", 0, EPOCH(COLUMN_REAL, selected_loss)},
    {"gradient_norm_share", "as in cells.csv, mean over the epoch", 0, EPOCH(COLUMN_REAL, gradient_norm_share)},
    {"gradient_cosine", "as in cells.csv, mean over the epoch's probe steps", 0, EPOCH(COLUMN_REAL, gradient_cosine)},
    {"gradient_norm_ratio", "likewise", 0, EPOCH(COLUMN_REAL, gradient_norm_ratio)},
    {"test_recall_at_1", "empty in epochs without evaluation, like all metrics", 0, EPOCH(COLUMN_REAL, test_recall[0])},
    {"test_recall_at_2", "as in cells.csv", 0, EPOCH(COLUMN_REAL, test_recall[1])},
    {"test_recall_at_4", "as in cells.csv", 0, EPOCH(COLUMN_REAL, test_recall[2])},
    {"test_recall_at_8", "as in cells.csv", 0, EPOCH(COLUMN_REAL, test_recall[3])},
    {"test_map_at_r", "as in cells.csv", 0, EPOCH(COLUMN_REAL, test_map_at_r)},
    {"test_r_precision", "as in cells.csv", 0, EPOCH(COLUMN_REAL, test_r_precision)},
    {"train_recall_at_1", "as in cells.csv", 0, EPOCH(COLUMN_REAL, train_recall_at_1)},
    {"train_map_at_r", "as in cells.csv", 0, EPOCH(COLUMN_REAL, train_map_at_r)},
    {"gap_recall_at_1", "as in cells.csv", 0, EPOCH(COLUMN_REAL, gap_recall_at_1)},
    {"gap_map_at_r", "as in cells.csv", 0, EPOCH(COLUMN_REAL, gap_map_at_r)},
    {"train_loss", "as in cells.csv", 0, EPOCH(COLUMN_REAL, train_loss)},
    {"test_loss", "as in cells.csv", 0, EPOCH(COLUMN_REAL, test_loss)},
    {"gap_loss", "as in cells.csv", 0, EPOCH(COLUMN_REAL, gap_loss)},
    {"images_per_second", "as in cells.csv, over the epoch", 1, EPOCH(COLUMN_REAL, images_per_second)},
    {"step_milliseconds", "as in cells.csv, over the epoch", 1, EPOCH(COLUMN_REAL, step_milliseconds)},
    {"wall_seconds", "since the cell began", 1, EPOCH(COLUMN_REAL, wall_seconds)},
    {0},
};

const struct column step_columns[] = {
    {"cell", "name of the training run", 0, CELL(name)},
    {"epoch", "from 1", 0, STEP(COLUMN_INT, epoch)},
    {"step", "of the epoch, from 1", 0, STEP(COLUMN_INT, step)},
    {"learning_rate", "of the step", 0, STEP(COLUMN_REAL, learning_rate)},
    {"full_batch_loss", "loss of the whole batch", 0, STEP(COLUMN_REAL, full_batch_loss)},
    {"selected_loss", "mean sample loss of the selected", 0, STEP(COLUMN_REAL, selected_loss)},
    {"gradient_norm_share", "sum of |g_i| over the selected / over the batch", 0,
     STEP(COLUMN_REAL, gradient_norm_share)},
    {"gradient_cosine", "of partial and full parameter gradient; empty on steps that were not probed", 0,
     STEP(COLUMN_REAL, gradient_cosine)},
    {"gradient_norm_ratio", "norm of the partial over that of the full parameter gradient, likewise", 0,
     STEP(COLUMN_REAL, gradient_norm_ratio)},
    {"step_milliseconds", "time of the step, waiting for its batch and probing included", 1,
     STEP(COLUMN_REAL, step_milliseconds)},
    {0},
};

static int count_columns(const struct column *columns)
{
    int count = 0;
    while (columns[count].name) count++;
    return count;
}

void column_write_header(FILE *stream, const struct column *columns)
{
    const char *names[COLUMNS_MAX];
    int count = count_columns(columns);
    for (int c = 0; c < count; c++) names[c] = columns[c].name;
    csv_write_row(stream, names, count);
}

static const void *find_value(const struct column *column, const void *record)
{
    const struct cell *cell = *(const struct cell *const *)record;
    const void *bases[] = {[FROM_RECORD] = record, [FROM_CELL] = cell, [FROM_SETTINGS] = &cell->settings};
    return (const char *)bases[column->source] + column->offset;
}

static void format_real(const char *format, double value, char *text, size_t size)
{
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, size, format, value);
}

static void format_value(const struct column *column, const void *record, char *text, size_t size)
{
    const void *value = find_value(column, record);
    switch (column->type) {
    case COLUMN_INT:
        snprintf(text, size, "%d", *(const int *)value);
        break;
    case COLUMN_REAL:
        format_real("%.9g", *(const double *)value, text, size);
        break;
    case COLUMN_BYTES:
        format_real("%.0f", *(const double *)value, text, size);
        break;
    case COLUMN_TEXT:
        snprintf(text, size, "%s", (const char *)value);
        break;
    case COLUMN_STRING:
        snprintf(text, size, "%s", *(const char *const *)value);
        break;
    case COLUMN_CHOICE:
        snprintf(text, size, "%s", ((const struct choice *)value)->plugin->name);
        break;
    }
}

void column_write_row(FILE *stream, const struct column *columns, const void *record)
{
    char text[COLUMNS_MAX][FIELD_SIZE];
    const char *fields[COLUMNS_MAX];
    int count = count_columns(columns);
    for (int c = 0; c < count; c++) {
        format_value(&columns[c], record, text[c], FIELD_SIZE);
        fields[c] = text[c];
    }
    csv_write_row(stream, fields, count);
}

int column_write_file(const char *folder, const char *name, const struct column *columns, const void *rows,
                      size_t row_bytes, int count, struct error *error)
{
    char *path = file_join(folder, "%s", name);
    struct file_writer writer;
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    column_write_header(writer.stream, columns);
    for (int i = 0; i < count; i++)
        column_write_row(writer.stream, columns, (const char *)rows + (size_t)i * row_bytes);
    return file_writer_commit(&writer, error);
}
