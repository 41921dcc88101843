/* cmd_report.c - `partgrad report`: writes plots, report.html, report.md and answer.json from the tables of runs. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/commands/command.h"
#include "harness/commands/live.h"
#include "harness/commands/sources.h"
#include "harness/reports/report.h"

enum { NAME_LENGTH_MAX = 255 }; /* of a file */

struct options {
    char out[OPTION_TEXT_SIZE], data[OPTION_TEXT_SIZE];
    struct option_pair pair;
    int pictures;
    int tables;
    size_t memory;
    double time, every;
    int live;
};

static const struct field fields[] = {
    {"out", "folder of the report (the run's folder; for several runs, FIRST+SECOND... beside the first)", OPTION_TEXT,
     offsetof(struct options, out), NULL, 0, 0, NULL},
    {"tables", "also write the tables alone, as tables.tex (booktabs) or tables.md", OPTION_CHOICE,
     offsetof(struct options, tables), "none", 0, 0, report_tables_names},
    {"memory", "show the best setting for this much memory, instead of for the budgets at which it changes",
     OPTION_SIZE, offsetof(struct options, memory), "0"},
    {"time", "show the best setting for this much time per cell, likewise", OPTION_REAL, offsetof(struct options, time),
     "0", 0, 1e9, NULL, "SECONDS"},
    {"data", "folder of packs, for the names of classes and for images", OPTION_TEXT, offsetof(struct options, data),
     "data", 0, 0, NULL},
    {"pair", "show the queries of these two cells, not of the best and the worst", OPTION_PAIR,
     offsetof(struct options, pair), .values = "CELL CELL"},
    {"pictures", "show images of any pack, whatever its license", OPTION_FLAG, offsetof(struct options, pictures),
     "false", 0, 0, NULL},
    {"live", "rewrite the report until the run ends, as a page that reloads itself", OPTION_FLAG,
     offsetof(struct options, live), "false", 0, 0, NULL},
    {"every", "with --live: minimum seconds between two reports", OPTION_REAL, offsetof(struct options, every), "10", 1,
     3600, NULL},
    {0},
};

static const char *last_part(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    return slash && slash[1] ? slash + 1 : folder;
}

/* "demo+mine" beside demo, as a report of several runs belongs to none of them. The caller frees; NULL if memory is
 * out. */
static char *join_folders(const struct sources *sources)
{
    char *joined = NULL, *parent = file_folder(sources->source[0].folder);
    size_t size;
    FILE *stream = open_memstream(&joined, &size);
    if (stream) fprintf(stream, "%s/", parent);
    for (int s = 0; stream && s < sources->count; s++)
        fprintf(stream, "%s%s", s ? "+" : "", last_part(sources->source[s].folder));
    free(parent);
    if (!stream || fclose(stream) == 0) return joined;
    free(joined);
    return NULL;
}

/* Sets *folder to the report's folder; the caller frees. */
static int choose_folder(char **folder, const struct options *options, const struct sources *sources,
                         struct error *error)
{
    *folder = options->out[0]       ? strdup(options->out)
              : sources->count == 1 ? strdup(sources->source[0].folder)
                                    : join_folders(sources);
    if (!*folder) return error_set(error, "out of memory");
    if (strlen(last_part(*folder)) <= NAME_LENGTH_MAX) return 0;
    free(*folder);
    *folder = NULL;
    return error_set(error, "the report of so many runs needs a folder: give it with --out");
}

/* Writes the report once, for any number of runs. */
static int write_once(const struct command_line *line, struct report_options asked, struct error *error)
{
    struct sources sources;
    char *folder = NULL;
    if (sources_open(&sources, line->arguments, line->count, error) != 0) return COMMAND_FAILED;
    int status = choose_folder(&folder, line->options, &sources, error);
    asked.folder = folder;
    if (status == 0) status = report_write(sources.source, sources.count, &asked, error);
    if (status == 0) printf("%s/report.html\n", folder);
    free(folder);
    sources_release(&sources);
    return status == 0 ? 0 : COMMAND_FAILED;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct report_options asked = {
        .budgets = {options->memory, options->time},
        .tables = options->tables,
        .queries = {options->data, options->pictures, {options->pair.path[0], options->pair.path[1]}}};
    if (!options->live) return write_once(line, asked, error);
    if (line->count > 1) {
        error_set(error, "--live takes one run, not %d", line->count);
        return COMMAND_USAGE;
    }
    asked.folder = options->out[0] ? options->out : line->arguments[0];
    return live_report(line->arguments[0], options->every, asked, error);
}

const struct command cmd_report = {
    .name = "report",
    .arguments = "RUN_DIR...",
    .summary = "write report.html, report.md, answer.json and plots of one or more runs",
    .description = "The report is written into the run's folder; for several runs, into the folder FIRST+SECOND beside "
                   "the first. It shows queries of the best and the worst cell with their nearest images if the data "
                   "set's license lets anybody show them.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = -1,
    .run = run,
};
