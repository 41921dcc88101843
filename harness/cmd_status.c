/* cmd_status.c - `partgrad status`: how far a run has come, wherever its cells run: the files in its folder tell. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "harness/command.h"
#include "harness/csv.h"
#include "harness/run.h"

/* What a cell without a result has done: its last row of epochs.csv, if there is one. */
static void print_missing(const struct run *run, const struct cell *cell)
{
    struct csv_table table;
    struct error ignored;
    char *path = file_join(run->folder, "cells/%s/epochs.csv", cell->name);
    int begun = file_exists(path) && csv_read(&table, path, &ignored) == 0;
    free(path);
    if (!begun) {
        printf("pending  %s\n", cell->name);
        return;
    }
    const char *epoch = table.row_count ? csv_text(&table, table.row_count - 1, csv_column(&table, "epoch")) : "0";
    printf("begun    %s: epoch %s of %d\n", cell->name, epoch, cell->settings.epochs);
    csv_release(&table);
}

static int run(const struct command_line *line, struct error *error)
{
    struct run opened;
    if (run_open(&opened, line->arguments[0], error) != 0) return COMMAND_FAILED;
    for (int c = 0; c < opened.grid.count; c++) {
        const struct cell *cell = &opened.grid.cells[c];
        enum run_status status = run_cell_status(&opened, cell);
        if (status == RUN_MISSING)
            print_missing(&opened, cell);
        else
            printf("%-8s %s\n", status == RUN_OK ? "ok" : "failed", cell->name);
    }
    struct run_counts counts = run_count(&opened);
    printf("%d cells: %d ok, %d failed, %d without a result\n", opened.grid.count, counts.ok, counts.failed,
           counts.missing);
    run_release(&opened);
    return 0;
}

const struct command cmd_status = {
    .name = "status",
    .arguments = "RUN_DIR",
    .summary = "how far a run has come: cells done, failed, begun and pending",
    .least = 1,
    .most = 1,
    .run = run,
};
