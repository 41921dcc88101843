/* cmd_report.c - `partgrad report`: plots, report.html, report.md and answer.json from what runs left. */
#include <stddef.h>
#include <stdio.h>

#include "harness/commands/command.h"
#include "harness/commands/live.h"
#include "harness/commands/sources.h"
#include "harness/reports/report.h"

struct options {
    size_t memory;
    double time, every;
    int live;
};

static const struct field fields[] = {
    {"memory", "the budget of memory that the best setting is told for; without it, those at which it changes",
     OPTION_SIZE, offsetof(struct options, memory), "0"},
    {"time", "likewise of time, in seconds of a cell", OPTION_REAL, offsetof(struct options, time), "0", 0, 1e9, NULL,
     "SECONDS"},
    {"live", "write it again and again while the run goes on, as a page that loads itself again", OPTION_FLAG,
     offsetof(struct options, live), "false", 0, 0, NULL},
    {"every", "with --live: seconds between two of them, at least", OPTION_REAL, offsetof(struct options, every), "10",
     1, 3600, NULL},
    {0},
};

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct report_options asked = {.budgets = {options->memory, options->time}};
    struct sources sources;
    if (options->live && line->count > 1) {
        error_set(error, "--live is of one run, not of %d", line->count);
        return COMMAND_USAGE;
    }
    if (options->live) return live_report(line->arguments[0], options->every, asked, error);
    if (sources_open(&sources, line->arguments, line->count, error) != 0) return COMMAND_FAILED;
    int status = report_write(sources.source, sources.count, &asked, error);
    if (status == 0) printf("%s/report.html\n", sources.source[0].folder);
    sources_release(&sources);
    return status == 0 ? 0 : COMMAND_FAILED;
}

const struct command cmd_report = {
    .name = "report",
    .arguments = "RUN_DIR...",
    .summary = "plots, report.html, report.md and answer.json of one run, or of several side by side",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = -1,
    .run = run,
};
