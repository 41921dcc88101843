/* cell.c - see cell.h. */
#include "harness/training/cell.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/blas_room.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/load.h"
#include "base/parallel.h"
#include "base/meter.h"
#include "harness/tables/column.h"
#include "harness/training/kept_weights.h"
#include "harness/training/loop_files.h"
#include "harness/training/machine.h"
#include "harness/training/memory.h"
#include "harness/training/saving.h"
#include "harness/training/version.h"

#define CELL_SETTINGS "experiment.yaml"
enum { CELL_SETTINGS_MAX = 1 << 16 };

/* A record in which everything that only training finds out is unknown. */
static struct cell_record empty_record(const struct cell *cell)
{
    struct cell_record record = {
        .status = "failed",
        .selected = strategy_selected_count(cell->settings.portion, cell->settings.batch_size),
        .judged = NAN,
        .metrics = metrics_none(),
        .others_share = NAN,
        .cells_beside = NAN,
    };
    meter_timestamp(record.started_at, sizeof record.started_at);
    snprintf(record.commit, sizeof record.commit, "%s", version_commit);
    gethostname(record.host, sizeof record.host - 1);
    machine_cpu(record.cpu, sizeof record.cpu);
    machine_libraries(record.libraries, sizeof record.libraries);
    return record;
}

static int write_record(const struct cell *cell, const char *folder, const struct cell_record *record,
                        struct error *error)
{
    struct column_table columns;
    columns_of_cells(&columns);
    return column_write_file(folder, "result.csv", &columns, cell, record, sizeof *record, 1, error);
}

static void take_costs(struct cell_record *record, const struct loop *training)
{
    const struct update_plan *plan = &training->update.plan;
    struct metrics *metrics = &record->metrics;
    if (training->update.network) {
        metrics->peak_activation_bytes = (double)update_activation_bytes(plan);
        metrics->peak_tensor_bytes = (double)memory_tensor_bytes(plan);
    }
    if (training->steps_done > 0) {
        double median = meter_median(training->step_seconds, (int)training->steps_done);
        metrics->step_milliseconds = 1e3 * median;
        metrics->images_per_second = training->settings->batch_size / median;
    }
    metrics->peak_rss_bytes = peaks_most(&training->peaks);
    metrics->training_rss_bytes = training->peaks.training;
    metrics->evaluation_rss_bytes = training->peaks.evaluation;
    metrics->wall_seconds = clock_seconds() - training->started;
    struct load now = load_read();
    record->others_share = load_others_share(&training->load, &now);
    record->cells_beside = training->cells_beside;
}

int cell_write_failure(const struct cell *cell, const char *folder, const char *reason, struct error *error)
{
    struct cell_record record = empty_record(cell);
    snprintf(record.error, sizeof record.error, "%s", reason);
    if (write_record(cell, folder, &record, error) != 0) return -1;
    kept_weights_remove(folder);
    return 0;
}

static int has_settings(const char *path, const char *text)
{
    struct error ignored;
    char *kept = NULL;
    int same =
        file_exists(path) && file_read(path, CELL_SETTINGS_MAX, &kept, NULL, &ignored) == 0 && strcmp(text, kept) == 0;
    free(kept);
    return same;
}

int cell_keep_settings(const struct cell *cell, const char *folder, struct error *error)
{
    char *result = file_join(folder, "result.csv"), *path = file_join(folder, CELL_SETTINGS);
    char *text = settings_text(&cell->settings);
    int status = text ? 0 : error_set(error, "%s: out of memory", path);
    if (status == 0 && !has_settings(path, text)) {
        remove(result);
        kept_weights_remove(folder);
        status = file_write(path, text, strlen(text), error);
    }
    free(text);
    free(path);
    free(result);
    return status;
}

/* Weights are written before the row with their checksum, and an earlier row is removed before them, so that there is
 * never a row beside other weights. */
static int write_weights(struct loop *training, int status, struct cell_record *record, struct error *error)
{
    char *result = file_join(training->folder, "result.csv");
    remove(result);
    free(result);
    if (status != 0 || training->settings->save == SAVE_NONE) {
        kept_weights_remove(training->folder);
        return 0;
    }
    int last = loop_epochs_done(training), best = judge_epoch(&training->judge, last);
    int epoch = training->settings->save == SAVE_BEST ? best : last;
    if (epoch != last) judge_swap(&training->judge, training->update.network);
    int written = saving_write(&training->update, training->cell, training->folder, epoch, record->kept_weights, error);
    if (epoch != last) judge_swap(&training->judge, training->update.network);
    return written;
}

static int write_result(struct loop *training, int status, struct cell_record *record, struct error *error)
{
    struct error writing;
    int epochs = loop_epochs_done(training);
    record->epochs = epochs;
    if (status == 0) {
        int judged = judge_epoch(&training->judge, epochs);
        record->metrics = training->epochs[judged].metrics;
        if (training->steps_done > 0) budget_totals_metrics(&training->totals, &record->metrics);
        record->judged = judged;
        record->status = "ok";
    } else {
        snprintf(record->error, sizeof record->error, "%.*s", (int)sizeof record->error - 1, error->message);
    }
    take_costs(record, training);
    if (write_weights(training, status, record, &writing) == 0 &&
        write_record(training->cell, training->folder, record, &writing) == 0)
        return status;
    *error = writing;
    return LOOP_UNWRITTEN;
}

int cell_train(const struct cell *cell, const char *data_folder, const char *folder, const char *shared,
               loop_progress *progress, void *context, struct error *error)
{
    struct loop training = {
        .cell = cell,
        .settings = &cell->settings,
        .folder = folder,
        .shared = shared,
        .started = clock_seconds(),
        .peaks = peaks_none(),
        .load = load_read(),
        .embedded_epoch = -1,
        .progress = progress,
        .context = context,
    };
    struct cell_record record = empty_record(cell);
    struct settings inputs = cell->settings;
    if (inputs_resolve(&inputs, data_folder, 0, error) != 0) return LOOP_HINDERED;
    int status = loop_init(&training, data_folder, error);
    if (status == 0 && blas_room_check(parallel_threads(), error) != 0) status = LOOP_HINDERED;
    if (status == 0) status = loop_run(&training, error);
    if (status == 0) status = loop_check_inputs(&training, error);
    if (status == 0 || status == LOOP_FAILED) status = write_result(&training, status, &record, error);
    if (status == 0) loop_forget(&training); /* a cell that failed may succeed another time */
    loop_release(&training);
    return status;
}
