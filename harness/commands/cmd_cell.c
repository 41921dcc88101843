/* cmd_cell.c - `partgrad cell`: trains one cell of a run; `partgrad run` starts one such process per cell. Its output
 * is the cell's log. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "harness/commands/command.h"
#include "harness/runs/run.h"
#include "harness/training/cell.h"

struct options {
    char data[OPTION_TEXT_SIZE];
};

static const struct field fields[] = {
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {0},
};

static void print_epoch(void *context, const struct epoch_record *row, int epochs)
{
    const struct metrics *metrics = &row->metrics;
    (void)context;
    printf("epoch %d/%d", row->epoch, epochs);
    if (!isnan(metrics->full_batch_loss)) printf(" loss %.4f", metrics->full_batch_loss);
    if (!isnan(metrics->test_recall_at_1)) printf(" recall@1 %.4f", metrics->test_recall_at_1);
    if (!isnan(metrics->gap_recall_at_1)) printf(" gap %.4f", metrics->gap_recall_at_1);
    if (!isnan(metrics->valid_map_at_r)) printf(" validation MAP@R %.4f", metrics->valid_map_at_r);
    if (!isnan(metrics->images_per_second)) printf(" %.0f images/s", metrics->images_per_second);
    printf("\n");
    fflush(stdout);
}

static int train(const struct run *run, const struct cell *cell, const char *data, struct error *error)
{
    static const int statuses[] = {
        [-LOOP_FAILED] = COMMAND_FAILED,
        [-LOOP_UNWRITTEN] = COMMAND_UNWRITTEN,
        [-LOOP_INTERRUPTED] = COMMAND_FAILED,
        [-LOOP_HINDERED] = COMMAND_UNWRITTEN,
    };
    char *folder = run_cell_folder(run, cell, error);
    if (!folder) return COMMAND_UNWRITTEN;
    char *shared = run_shared_folder(run);
    int status = cell_train(cell, data, folder, shared, print_epoch, NULL, error);
    free(shared);
    free(folder);
    return statuses[-status];
}

/* If another process trains the cell, waits for its result. */
static int train_alone(struct run *run, const struct cell *cell, const char *data, struct error *error)
{
    int status = run_lock_cell(run, cell, error);
    if (status != 0) return status == RUN_INTERRUPTED ? COMMAND_FAILED : COMMAND_UNWRITTEN;
    if (run_look(run, cell) != RUN_OK || run_cell_is_changed(run, cell)) return train(run, cell, data, error);
    printf("done already\n");
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct run opened;
    interrupt_hold();
    if (run_open_cell(&opened, line->arguments[0], line->arguments[1], error) != 0) return COMMAND_FAILED;
    const struct cell *cell = &opened.grid.cells[0];
    parallel_begin(cell->settings.inputs.threads);
    int status = train_alone(&opened, cell, options->data, error);
    run_release(&opened);
    if (status != 0 && interrupt_pending()) {
        fprintf(stderr, "%s\n", error->message);
        interrupt_release();
    }
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
