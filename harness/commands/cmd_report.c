/* cmd_report.c - `partgrad report`: plots, report.html and report.md from what runs left. */
#include <stdio.h>

#include "harness/commands/command.h"
#include "harness/commands/sources.h"
#include "harness/reports/report.h"

static int run(const struct command_line *line, struct error *error)
{
    struct sources sources;
    if (sources_open(&sources, line->arguments, line->count, error) != 0) return COMMAND_FAILED;
    int status = report_write(sources.source, sources.count, error);
    if (status == 0) printf("%s/report.html\n", sources.source[0].folder);
    sources_release(&sources);
    return status == 0 ? 0 : COMMAND_FAILED;
}

const struct command cmd_report = {
    .name = "report",
    .arguments = "RUN_DIR...",
    .summary = "plots, report.html and report.md of one run, or of several side by side",
    .least = 1,
    .most = -1,
    .run = run,
};
