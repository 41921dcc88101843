/* run.c - see run.h. */
#include "harness/runs/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "harness/runs/change.h"
#include "harness/tables/column.h"
#include "base/csv.h"

enum { EXPERIMENT_MAX = 1 << 20 };

/* Keeps a copy of the experiment in the folder; where another one is there, says how they differ. */
static int keep_experiment(const struct run *run, struct error *error)
{
    char *path = file_join(run->folder, "experiment.yaml"), *kept = NULL;
    size_t size;
    int status = 0, same = 0;
    if (file_exists(path)) {
        status = file_read(path, EXPERIMENT_MAX, &kept, &size, error);
        same = status == 0 && size == run->experiment.size && memcmp(kept, run->experiment.text, size) == 0;
    }
    if (status == 0) status = change_show(run, same ? NULL : path, error);
    if (status == 0 && !same) status = file_write(path, run->experiment.text, run->experiment.size, error);
    free(kept);
    free(path);
    return status;
}

/* The experiment and its grid; the folder is not looked at. */
static int read_grid(struct run *run, const char *experiment_path, const char *folder, struct error *error)
{
    *run = (struct run){0};
    if (experiment_read(&run->experiment, experiment_path, error) != 0) return -1;
    run->folder = strdup(folder);
    int status = grid_init(&run->grid, &run->experiment, error);
    if (status != 0) run_release(run);
    return status;
}

static int lock_run(struct run *run, struct error *error)
{
    const double patience = 2; /* a killed driver's child that had not begun may hold the lock for a moment longer */
    char *path = file_join(run->folder, "lock");
    int file = lock_take(path, patience, error);
    free(path);
    if (file == LOCK_TAKEN)
        return error_set(error, "another partgrad run works in %s; wait for it, or give another folder with --out",
                         run->folder);
    if (file >= 0) run->lock = file;
    return file >= 0 ? 0 : -1;
}

/* What processes left that were killed at the wrong moment: half files, and checkpoints of cells that are done. */
static void tidy(const struct run *run)
{
    file_sweep_folder(run->folder);
    for (int c = 0; c < run->grid.count; c++) {
        char *checkpoint = file_join(run->folder, "cells/%s/checkpoint", run->grid.cells[c].name);
        if (file_exists(checkpoint) && run_cell_status(run, &run->grid.cells[c]) == RUN_OK) unlink(checkpoint);
        free(checkpoint);
    }
}

int run_begin(struct run *run, const char *experiment_path, const char *folder, struct error *error)
{
    if (read_grid(run, experiment_path, folder, error) != 0) return -1;
    int status = file_make_folder(folder, error);
    if (status == 0) status = lock_run(run, error);
    if (status == 0) status = keep_experiment(run, error);
    if (status == 0) tidy(run);
    if (status != 0) run_release(run);
    return status;
}

int run_open(struct run *run, const char *folder, struct error *error)
{
    char *path = file_join(folder, "experiment.yaml");
    int status = read_grid(run, path, folder, error);
    free(path);
    return status;
}

const struct cell *run_find_cell(const struct run *run, const char *name, struct error *error)
{
    const struct cell *cell = grid_find(&run->grid, name);
    if (!cell) error_set(error, "%s has no cell %s", run->folder, name);
    return cell;
}

static char *cell_lock_path(const struct run *run, const struct cell *cell)
{
    return file_join(run->folder, "cells/%s/lock", cell->name);
}

int run_lock_cell(struct run *run, const struct cell *cell, struct error *error)
{
    char *folder = run_cell_folder(run, cell, error), *path = cell_lock_path(run, cell);
    int file = folder ? lock_take(path, INFINITY, error) : LOCK_FAILED;
    if (file >= 0) {
        run->cell_lock = file;
        file_sweep_folder(folder);
    }
    free(folder);
    free(path);
    if (file == LOCK_INTERRUPTED) return RUN_INTERRUPTED;
    return file >= 0 ? 0 : -1;
}

int run_cell_is_running(const struct run *run, const struct cell *cell)
{
    char *path = cell_lock_path(run, cell);
    int taken = lock_is_taken(path);
    free(path);
    return taken;
}

void run_release(struct run *run)
{
    if (run->lock > 0) close(run->lock);
    if (run->cell_lock > 0) close(run->cell_lock);
    grid_release(&run->grid);
    experiment_release(&run->experiment);
    free(run->folder);
    *run = (struct run){0};
}

/* A folder that was deleted or moved must not come back as an empty one. */
static int check_folder(const struct run *run, struct error *error)
{
    char *path = file_join(run->folder, "experiment.yaml");
    int there = file_exists(path);
    free(path);
    return there ? 0 : error_set(error, "%s has been deleted or moved while cells ran", run->folder);
}

char *run_cell_folder(const struct run *run, const struct cell *cell, struct error *error)
{
    if (check_folder(run, error) != 0) return NULL;
    char *folder = file_join(run->folder, "cells/%s", cell->name);
    if (file_make_folder(folder, error) == 0) return folder;
    free(folder);
    return NULL;
}

/* Reads what a cell left. A file that is not there, is damaged, or has the columns of another version counts for
 * nothing: its cell is run again. */
static int read_rows(struct csv_table *table, const char *path, const struct column *columns)
{
    struct error ignored;
    int same = 1, count = 0;
    if (!file_exists(path) || csv_read(table, path, &ignored) != 0) return -1;
    for (; columns[count].name && same; count++)
        same = count < table->column_count && strcmp(table->columns[count], columns[count].name) == 0;
    if (same && count == table->column_count && table->row_count > 0) return 0;
    csv_release(table);
    return -1;
}

enum run_status run_cell_status(const struct run *run, const struct cell *cell)
{
    struct csv_table table;
    char *path = file_join(run->folder, "cells/%s/result.csv", cell->name);
    enum run_status status = RUN_MISSING;
    if (read_rows(&table, path, cell_columns) == 0) {
        int ok = table.row_count == 1 && strcmp(csv_text(&table, 0, csv_column(&table, "status")), "ok") == 0;
        status = ok ? RUN_OK : RUN_FAILED;
        csv_release(&table);
    }
    free(path);
    return status;
}

int run_cell_is_changed(const struct run *run, const struct cell *cell)
{
    char *folder = file_join(run->folder, "cells/%s", cell->name);
    int changed = cell_has_settings(cell, folder) == 0;
    free(folder);
    return changed;
}

struct run_progress run_cell_progress(const struct run *run, const struct cell *cell)
{
    struct csv_table table;
    struct run_progress progress = {-1, NAN, NAN, NAN};
    char *path = file_join(run->folder, "cells/%s/epochs.csv", cell->name);
    if (read_rows(&table, path, epoch_columns) == 0) {
        int last = table.row_count - 1;
        progress.epoch = (int)csv_number(&table, last, csv_column(&table, "epoch"));
        for (int row = last; row >= 0 && isnan(progress.test_recall_at_1); row--) /* not every epoch is evaluated */
            progress.test_recall_at_1 = csv_number(&table, row, csv_column(&table, "test_recall_at_1"));
        progress.images_per_second = csv_number(&table, last, csv_column(&table, "images_per_second"));
        progress.wall_seconds = csv_number(&table, last, csv_column(&table, "wall_seconds"));
        csv_release(&table);
    }
    free(path);
    return progress;
}

struct run_counts run_count(const struct run *run)
{
    struct run_counts counts = {0};
    int *const count[] = {[RUN_MISSING] = &counts.missing, [RUN_OK] = &counts.ok, [RUN_FAILED] = &counts.failed};
    for (int c = 0; c < run->grid.count; c++) ++*count[run_cell_status(run, &run->grid.cells[c])];
    return counts;
}

static void append_rows(FILE *stream, const char *path, const struct column *columns)
{
    struct csv_table table;
    if (read_rows(&table, path, columns) != 0) return;
    size_t width = (size_t)table.column_count;
    for (size_t row = 0; row < (size_t)table.row_count; row++)
        csv_write_row(stream, (const char *const *)&table.fields[row * width], table.column_count);
    csv_release(&table);
}

static int gather(const struct run *run, const char *cell_file, const char *name, const struct column *columns,
                  struct error *error)
{
    struct file_writer writer;
    char *path = file_join(run->folder, "%s", name);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    column_write_header(writer.stream, columns);
    for (int c = 0; c < run->grid.count; c++) {
        path = file_join(run->folder, "cells/%s/%s", run->grid.cells[c].name, cell_file);
        append_rows(writer.stream, path, columns);
        free(path);
    }
    return file_writer_commit(&writer, error);
}

int run_gather(const struct run *run, struct error *error)
{
    if (gather(run, "result.csv", "cells.csv", cell_columns, error) != 0) return -1;
    return gather(run, "epochs.csv", "epochs.csv", epoch_columns, error);
}
