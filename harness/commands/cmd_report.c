/* cmd_report.c - `partgrad report`: plots, report.html and report.md from what runs left. */
#include <stdio.h>
#include <string.h>

#include "harness/commands/command.h"
#include "harness/reports/report.h"

static int run(const struct command_line *line, struct error *error)
{
    for (int i = 0; i < line->count; i++) { /* results/demo/ is results/demo */
        size_t length = strlen(line->arguments[i]);
        while (length > 1 && line->arguments[i][length - 1] == '/') line->arguments[i][--length] = '\0';
    }
    if (report_write(line->arguments, line->count, error) != 0) return -1;
    printf("%s/report.html\n", line->arguments[0]);
    return 0;
}

const struct command cmd_report = {
    .name = "report",
    .arguments = "RUN_DIR...",
    .summary = "plots, report.html and report.md of one run, or of several side by side",
    .least = 1,
    .most = -1,
    .run = run,
};
