/* cmd_gather.c - `partgrad gather`: rebuilds a run's tables from its cells' files. */
#include <stdio.h>

#include "harness/commands/command.h"
#include "harness/runs/run.h"

static int run(const struct command_line *line, struct error *error)
{
    struct run opened;
    if (run_open(&opened, line->arguments[0], error) != 0) return COMMAND_FAILED;
    int status = run_gather(&opened, error);
    if (status == 0) status = run_write_tuning(&opened, error);
    if (status == 0) printf("%s/cells.csv\n", opened.folder);
    run_release(&opened);
    return status == 0 ? 0 : COMMAND_FAILED;
}

const struct command cmd_gather = {
    .name = "gather",
    .arguments = "RUN_DIR",
    .summary = "rebuild a run's tables from the files of its cells",
    .description = "Writes cells.csv, epochs.csv, classes.csv and evaluations.csv.",
    .least = 1,
    .most = 1,
    .run = run,
};
