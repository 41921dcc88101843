/* cmd_cell.c - `partgrad cell`: one cell of a run; what `partgrad run` starts, a process each. Its output is the cell's
 * log. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "harness/command.h"
#include "harness/run.h"

struct options {
    char data[OPTION_TEXT_SIZE];
    int threads;
};

static const struct field fields[] = {
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"threads", "threads; 0: one for each core", OPTION_INT, offsetof(struct options, threads), "0", 0, 1024, NULL},
    {0},
};

static void print_epoch(void *context, const struct epoch_result *row, int epochs)
{
    (void)context;
    printf("epoch %d/%d", row->epoch, epochs);
    if (!isnan(row->full_batch_loss)) printf(" loss %.4f", row->full_batch_loss);
    if (!isnan(row->test_recall[0])) printf(" recall@1 %.4f gap %.4f", row->test_recall[0], row->gap_recall_at_1);
    if (!isnan(row->images_per_second)) printf(" %.0f images/s", row->images_per_second);
    printf("\n");
    fflush(stdout);
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct run opened;
    parallel_set_threads(options->threads);
    if (run_open(&opened, line->arguments[0], error) != 0) return -1;
    const struct cell *cell = grid_find(&opened.grid, line->arguments[1]);
    char *folder = NULL;
    int status = -1;
    if (!cell)
        error_set(error, "%s has no cell %s", line->arguments[0], line->arguments[1]);
    else if ((folder = run_cell_folder(&opened, cell, error)))
        status = cell_train(cell, options->data, folder, print_epoch, NULL, error);
    free(folder);
    run_release(&opened);
    return status;
}

const struct command cmd_cell = {
    .name = "cell",
    .arguments = "RUN_DIR CELL",
    .summary = "train one cell of a run",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 2,
    .most = 2,
    .hidden = 1,
    .run = run,
};
