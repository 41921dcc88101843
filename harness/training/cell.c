/* cell.c - see cell.h. */
#include "harness/training/cell.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "harness/tables/column.h"
#include "harness/training/memory.h"
#include "base/meter.h"
#include "harness/training/version.h"
#include "strategies/strategy.h"

#define CELL_SETTINGS "experiment.yaml"
enum { CELL_SETTINGS_MAX = 1 << 16 };

/* The last epoch's row is the cell's. */
static void take_last_epoch(struct cell_result *result, const struct epoch_result *row)
{
    memcpy(result->test_recall, row->test_recall, sizeof result->test_recall);
    result->test_map_at_r = row->test_map_at_r;
    result->test_r_precision = row->test_r_precision;
    result->test_queries_unanswered = row->test_queries_unanswered;
    result->train_recall_at_1 = row->train_recall_at_1;
    result->train_map_at_r = row->train_map_at_r;
    result->gap_recall_at_1 = row->gap_recall_at_1;
    result->gap_map_at_r = row->gap_map_at_r;
    result->train_loss = row->train_loss;
    result->test_loss = row->test_loss;
    result->gap_loss = row->gap_loss;
    result->full_batch_loss = row->full_batch_loss;
    result->selected_loss = row->selected_loss;
    result->gradient_norm_share = row->gradient_norm_share;
    result->gradient_cosine = row->gradient_cosine;
    result->gradient_norm_ratio = row->gradient_norm_ratio;
}

/* All that only training can tell is not known. */
static struct cell_result empty_result(const struct cell *cell)
{
    struct cell_result result = {
        .cell = cell,
        .status = "failed",
        .selected = strategy_selected_count(cell->settings.portion, cell->settings.batch_size),
        .backprop = settings_backprop_names[cell->settings.backprop],
        .precision = network_precision_names[cell->settings.precision],
        .gradient_scale = settings_gradient_scale_names[cell->settings.gradient_scale],
        .peak_activation_bytes = NAN,
        .peak_tensor_bytes = NAN,
        .images_per_second = NAN,
        .step_milliseconds = NAN,
    };
    struct epoch_result none = epoch_empty(cell, 0);
    take_last_epoch(&result, &none);
    meter_timestamp(result.started_at, sizeof result.started_at);
    snprintf(result.commit, sizeof result.commit, "%s", version_commit);
    gethostname(result.host, sizeof result.host - 1);
    return result;
}

static void take_costs(struct cell_result *result, const struct training *training)
{
    const struct trainer_plan *plan = &training->trainer.plan;
    if (training->trainer.network) {
        result->backprop = settings_backprop_names[plan->two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT];
        result->precision = network_precision_names[plan->bf16 ? PRECISION_BF16 : PRECISION_F32];
        result->peak_activation_bytes = (double)trainer_activation_bytes(plan);
        result->peak_tensor_bytes = (double)memory_tensor_bytes(plan);
    }
    if (training->steps_done > 0) {
        double median = meter_median(training->step_seconds, (int)training->steps_done);
        result->step_milliseconds = 1e3 * median;
        result->images_per_second = training->settings->batch_size / median;
    }
    result->peak_rss_bytes = (double)meter_peak_rss_bytes();
    result->wall_seconds = clock_seconds() - training->started;
}

int cell_write_failure(const struct cell *cell, const char *folder, const char *reason, struct error *error)
{
    struct cell_result result = empty_result(cell);
    result.peak_rss_bytes = result.wall_seconds = NAN;
    snprintf(result.error, sizeof result.error, "%s", reason);
    return column_write_file(folder, "result.csv", cell_columns, &result, sizeof result, 1, error);
}

/* FOLDER/experiment.yaml says what the cell's numbers were trained with, whatever becomes of the run's; a result of
 * other settings goes first, so that it is never taken for one of these. */
static int keep_settings(const struct cell *cell, const char *folder, struct error *error)
{
    if (cell_has_settings(cell, folder) == 1) return 0;
    char *result = file_join(folder, "result.csv"), *path = file_join(folder, CELL_SETTINGS);
    char *text = settings_text(&cell->settings);
    remove(result);
    int status = text ? file_write(path, text, strlen(text), error) : error_set(error, "%s: out of memory", path);
    free(text);
    free(path);
    free(result);
    return status;
}

int cell_has_settings(const struct cell *cell, const char *folder)
{
    struct error ignored;
    char *path = file_join(folder, CELL_SETTINGS), *text = settings_text(&cell->settings), *kept = NULL;
    int same = file_exists(path) ? 0 : -1;
    if (text && same == 0 && file_read(path, CELL_SETTINGS_MAX, &kept, NULL, &ignored) == 0)
        same = strcmp(text, kept) == 0;
    free(kept);
    free(text);
    free(path);
    return same;
}

static int write_result(const struct training *training, int status, struct cell_result *result, struct error *error)
{
    int epochs = training_epochs_done(training);
    take_costs(result, training);
    result->epochs = epochs;
    if (status == 0) {
        take_last_epoch(result, &training->epochs[epochs]);
        result->status = "ok";
    } else {
        snprintf(result->error, sizeof result->error, "%.*s", (int)sizeof result->error - 1, error->message);
    }
    struct error writing;
    if (column_write_file(training->folder, "result.csv", cell_columns, result, sizeof *result, 1, &writing) == 0)
        return status;
    *error = writing;
    return TRAINING_UNWRITTEN;
}

int cell_train(const struct cell *cell, const char *data_folder, const char *folder, training_progress *progress,
               void *context, struct error *error)
{
    struct training training = {
        .cell = cell,
        .settings = &cell->settings,
        .folder = folder,
        .started = clock_seconds(),
        .assessed_epoch = -1,
        .progress = progress,
        .context = context,
    };
    struct cell_result result = empty_result(cell);
    if (keep_settings(cell, folder, error) != 0) return TRAINING_UNWRITTEN;
    int status = training_init(&training, data_folder, error);
    if (status == 0) status = training_run(&training, error);
    if (status == 0 || status == TRAINING_FAILED) status = write_result(&training, status, &result, error);
    if (status == 0) training_forget(&training); /* a cell that failed may have been stopped by what passes */
    training_release(&training);
    return status;
}
