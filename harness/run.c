/* run.c - see run.h. */
#include "harness/run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/column.h"
#include "harness/csv.h"

enum { EXPERIMENT_MAX = 1 << 20 };

/* Keeps a copy of the experiment in the folder, or finds the same one there. */
static int keep_experiment(const struct run *run, struct error *error)
{
    char *path = file_join(run->folder, "experiment.yaml"), *kept = NULL;
    size_t size;
    int status;
    if (!file_exists(path)) {
        status = file_write(path, run->experiment.text, run->experiment.size, error);
    } else {
        status = file_read(path, EXPERIMENT_MAX, &kept, &size, error);
        if (status == 0 && (size != run->experiment.size || memcmp(kept, run->experiment.text, size) != 0))
            status = error_set(error, "%s holds the results of another experiment; give another folder with --out",
                               run->folder);
    }
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

int run_begin(struct run *run, const char *experiment_path, const char *folder, struct error *error)
{
    if (read_grid(run, experiment_path, folder, error) != 0) return -1;
    int status = file_make_folder(folder, error);
    if (status == 0) status = keep_experiment(run, error);
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

int run_lock(struct run *run, struct error *error)
{
    char *path = file_join(run->folder, "lock");
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int status = 0;
    if (file < 0)
        status = error_errno(error, "cannot open %s", path);
    else if (flock(file, LOCK_EX | LOCK_NB) != 0)
        status = error_set(error, "another partgrad run works in %s; wait for it, or give another folder with --out",
                           run->folder);
    if (status == 0)
        run->lock = file;
    else if (file >= 0)
        close(file);
    free(path);
    return status;
}

void run_release(struct run *run)
{
    if (run->lock > 0) close(run->lock);
    grid_release(&run->grid);
    experiment_release(&run->experiment);
    free(run->folder);
    *run = (struct run){0};
}

char *run_cell_folder(const struct run *run, const struct cell *cell, struct error *error)
{
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
