/* cmd_task.c - `partgrad task`: one task of a job array. Runs its cell as `partgrad run` would, so that a cell that
 * crashes, runs out of memory or takes too long becomes a row on the cluster too. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "harness/commands/command.h"
#include "harness/runs/environment.h"
#include "harness/runs/executor.h"

struct options {
    char data[OPTION_TEXT_SIZE];
    int threads;
    double timeout;
};

static const struct field fields[] = {
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"threads", "threads of the cell", OPTION_INT, offsetof(struct options, threads), "1", 1, 1024, NULL},
    {"cell_timeout", "seconds after which the cell is killed and counts as failed; 0: never", OPTION_REAL,
     offsetof(struct options, timeout), "0", 0, 1e9, NULL},
    {0},
};

/* Describes this machine, once for all tasks that run on it. */
static int describe_machine(const struct run *run, const struct options *options, struct error *error)
{
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    char *path = file_join(run->folder, "slurm/environment-%s.json", host);
    int status = file_exists(path)
                     ? 0
                     : environment_write(path, &run->experiment, &run->grid, options->data, 1, options->threads, error);
    free(path);
    return status;
}

static int run_cell(const struct run *run, const struct cell *cell, const struct options *options, struct error *error)
{
    struct executor_options executor = {
        .data = options->data,
        .jobs = 1,
        .threads = options->threads,
        .timeout = options->timeout,
        .quiet = 1,
    };
    struct cell_list list = {1, &cell};
    if (describe_machine(run, options, error) != 0 || executor_local.run(run, &list, &executor, error) != 0) return -1;
    if (run_cell_status(run, cell) == RUN_OK) return 0;
    return error_set(error, "cell %s failed; cells/%s/log.txt says why", cell->name, cell->name);
}

static int run(const struct command_line *line, struct error *error)
{
    struct run opened;
    interrupt_hold();
    if (run_open_cell(&opened, line->arguments[0], line->arguments[1], error) != 0) return COMMAND_FAILED;
    const struct cell *cell = &opened.grid.cells[0];
    int status = 0;
    if (run_cell_status(&opened, cell) != RUN_OK || run_cell_is_changed(&opened, cell))
        status = run_cell(&opened, cell, line->options, error);
    run_release(&opened);
    return status;
}

const struct command cmd_task = {
    .name = "task",
    .arguments = "RUN_DIR CELL",
    .summary = "run one cell of a job array",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 2,
    .most = 2,
    .hidden = 1,
    .run = run,
};
