/* cell_progress.c - see cell_progress.h. */
#include "harness/runs/cell_progress.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"

/* Reads the table of its epochs; -1 if there is none. */
static int read_epochs(struct csv_table *table, const struct run *run, const struct cell *cell)
{
    char *path = file_join(run->folder, "cells/%s/epochs.csv", cell->name);
    int status = cell_epochs_read(table, path, cell->name);
    free(path);
    return status;
}

static double seconds_of(const struct timespec *time)
{
    return (double)time->tv_sec + 1e-9 * (double)time->tv_nsec;
}

/* When a file of the cell was last written; 0 if it does not exist. */
static double written_at(const struct run *run, const struct cell *cell, const char *name)
{
    struct stat status;
    char *path = file_join(run->folder, "cells/%s/%s", cell->name, name);
    int there = stat(path, &status) == 0;
    free(path);
    return there ? seconds_of(&status.st_mtim) : 0;
}

/* Sets the members that follow from the times of the cell's files. The settings are written at each start. */
static void find_times(struct cell_progress *progress, const struct run *run, const struct cell *cell)
{
    struct timespec now;
    double row = written_at(run, cell, "epochs.csv"), start = written_at(run, cell, "experiment.yaml");
    clock_gettime(CLOCK_REALTIME, &now);
    progress->since = fmax(row, start) > 0 ? fmax(seconds_of(&now) - fmax(row, start), 0) : 0;
    progress->resumes = written_at(run, cell, "checkpoint") > 0;
    progress->is_earlier = row < start;
}

/* Computes the number of epochs: each complete one has the same share of the steps. */
static void find_share(struct cell_progress *progress, double share)
{
    if (isnan(share) && progress->epochs > 0)
        share = (double)progress->epoch / progress->epochs; /* a table of an earlier version */
    if (!(share > 0)) return;
    progress->share = share;
    progress->epochs = (int)ceil(progress->epoch / share - 1e-6);
}

struct cell_progress cell_progress_read(const struct run *run, const struct cell *cell)
{
    struct csv_table table;
    struct cell_progress progress = {-1, 0, 0, NAN, NAN, NAN, 0, 0, 0};
    find_times(&progress, run, cell);
    if (cell->settings.equal == EQUAL_EPOCHS) progress.epochs = cell->settings.epochs;
    if (read_epochs(&table, run, cell) != 0) return progress;
    int last = table.row_count - 1, recall = csv_column(&table, "test_recall_at_1");
    progress.epoch = (int)csv_number(&table, last, csv_column(&table, "epoch"));
    find_share(&progress, csv_number(&table, last, csv_column(&table, "share_done")));
    for (int row = last; row >= 0 && isnan(progress.test_recall_at_1); row--) /* not every epoch is evaluated */
        progress.test_recall_at_1 = csv_number(&table, row, recall);
    progress.images_per_second = csv_number(&table, last, csv_column(&table, "images_per_second"));
    progress.wall_seconds = csv_number(&table, last, csv_column(&table, "wall_seconds"));
    csv_release(&table);
    return progress;
}

/* Copies the numbers of a column, skipping empty fields. */
static void take_column(struct cell_curve *curve, const struct csv_table *table, int column)
{
    for (int row = 0; row < table->row_count; row++) {
        double recall = csv_number(table, row, column);
        if (!isnan(recall)) curve->recall[curve->count++] = recall;
    }
}

struct cell_curve cell_curve_read(const struct run *run, const struct cell *cell)
{
    struct csv_table table;
    struct cell_curve curve = {0};
    if (read_epochs(&table, run, cell) != 0) return curve;
    curve.recall = malloc(((size_t)table.row_count + 1) * sizeof *curve.recall);
    if (curve.recall) take_column(&curve, &table, csv_column(&table, "valid_recall_at_1"));
    curve.is_valid = curve.count > 0;
    if (curve.recall && !curve.is_valid) take_column(&curve, &table, csv_column(&table, "test_recall_at_1"));
    csv_release(&table);
    return curve;
}

void cell_curve_release(struct cell_curve *curve)
{
    free(curve->recall);
    *curve = (struct cell_curve){0};
}
