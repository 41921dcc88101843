/* cmd_run.c - `partgrad run`: trains what an experiment file asks for, and goes on where it stopped. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/command.h"
#include "harness/environment.h"
#include "harness/executor.h"
#include "harness/run.h"

struct options {
    char out[OPTION_TEXT_SIZE], data[OPTION_TEXT_SIZE];
    int jobs, threads;
};

static const struct field fields[] = {
    {"out", "folder of the results (results/NAME for NAME.yaml)", OPTION_TEXT, offsetof(struct options, out), NULL, 0,
     0, NULL},
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"jobs", "cells at once", OPTION_INT, offsetof(struct options, jobs), "1", 1, 256, NULL},
    {"threads", "threads of each cell; 0: the cores, shared out among the jobs", OPTION_INT,
     offsetof(struct options, threads), "0", 0, 1024, NULL},
    {0},
};

/* results/NAME for anywhere/NAME.yaml; the caller frees. */
static char *default_folder(const char *experiment)
{
    char *copy = strdup(experiment), *name = basename(copy), *dot = strrchr(name, '.');
    if (dot && dot != name) *dot = '\0';
    char *folder = file_join("results", "%s", name);
    free(copy);
    return folder;
}

static int run_grid(const struct run *run, const struct options *options, struct error *error)
{
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN), failed;
    struct executor_options executor = {
        .data = options->data,
        .jobs = options->jobs,
        .threads = options->threads        ? options->threads
                   : cores > options->jobs ? cores / options->jobs
                                           : 1,
    };
    environment_note_precision(run->experiment.settings.precision);
    char *environment = file_join(run->folder, "environment.json");
    int status = environment_write(environment, executor.jobs, executor.threads, error);
    free(environment);
    if (status == 0) status = executor_run(run, &executor, &failed, error);
    if (status != 0) return -1;
    if (failed > 0)
        return error_set(error, "%d of %d cells failed; %s/cells.csv says why", failed, run->grid.count, run->folder);
    printf("%d cells in %s/cells.csv\n", run->grid.count, run->folder);
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    char *folder = options->out[0] ? strdup(options->out) : default_folder(line->arguments[0]);
    struct run opened;
    int status = run_begin(&opened, line->arguments[0], folder, error);
    free(folder);
    if (status != 0) return -1;
    status = run_grid(&opened, options, error);
    run_release(&opened);
    return status;
}

const struct command cmd_run = {
    .name = "run",
    .arguments = "EXPERIMENT.yaml",
    .summary = "train the cells of an experiment, or those that are missing",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .run = run,
};
