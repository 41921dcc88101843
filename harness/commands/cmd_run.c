/* cmd_run.c - `partgrad run`: trains what an experiment file asks for, and resumes where it stopped. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/parallel.h"
#include "base/capacity.h"
#include "harness/commands/command.h"
#include "harness/runs/change.h"
#include "harness/runs/environment.h"
#include "harness/runs/executor.h"
#include "harness/runs/forecast.h"
#include "harness/runs/grid_fit.h"
#include "harness/runs/prune.h"
#include "harness/runs/run.h"
#include "harness/runs/shares.h"

struct options {
    char out[OPTION_TEXT_SIZE], data[OPTION_TEXT_SIZE], only[OPTION_TEXT_SIZE];
    int jobs, threads, retry_failed, force, no_verify;
    double timeout;
    struct option_words slurm;
    struct option_paths set;
};

static const struct field fields[] = {
    {"out", "folder of the results (results/NAME for NAME.yaml)", OPTION_TEXT, offsetof(struct options, out), NULL, 0,
     0, NULL},
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"jobs", "cells at once; 0: as many as there are cores and memory for", OPTION_INT, offsetof(struct options, jobs),
     "0", 0, EXECUTOR_JOBS_MAX, NULL},
    {"threads",
     "threads of each cell; 0: as the run had them, or OMP_NUM_THREADS, or the cores, shared out among the jobs",
     OPTION_INT, offsetof(struct options, threads), "0", 0, 1024, NULL},
    {"only", "run the cells whose names match this extended regular expression", OPTION_TEXT,
     offsetof(struct options, only), NULL, 0, 0, NULL},
    {"set", "a setting in place of the experiment's, such as optimizer.learning_rate=[1e-3,1e-4]; repeatable",
     OPTION_PATHS, offsetof(struct options, set), .values = "KEY=VALUE"},
    {"no_verify", "trust the packs' data to be what their checksums say", OPTION_FLAG,
     offsetof(struct options, no_verify), "false", 0, 0, NULL},
    {"retry_failed", "re-run cells that failed", OPTION_FLAG, offsetof(struct options, retry_failed), "false", 0, 0,
     NULL},
    {"force", "re-run cells whose stored results used other settings", OPTION_FLAG, offsetof(struct options, force),
     "false", 0, 0, NULL},
    {"cell_timeout", "seconds after which a cell is ended and counts as failed; 0: never", OPTION_REAL,
     offsetof(struct options, timeout), "0", 0, 1e9, NULL},
    {"slurm", "hand the cells that have no result, or failed, to Slurm as a job array; with these arguments for sbatch",
     OPTION_WORDS, offsetof(struct options, slurm), NULL, 0, 0, NULL},
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

/* What there is when all is done, or was to be. */
static int report_outcome(const struct run *run, struct error *error)
{
    struct run_counts counts = run_count(run);
    if (counts.failed > 0)
        return error_set(error, "%d of %d cells failed; %s/cells.csv says why, and --retry-failed runs them again",
                         counts.failed, run->grid.count, run->folder);
    printf("%d of %d cells in %s/cells.csv\n", counts.ok, run->grid.count, run->folder);
    return 0;
}

/* Of the largest cell, with the threads that cells will have where memory lets as many run as there are cores. */
static size_t largest_cell_bytes(const struct run *run, const struct executor_options *options, int cells)
{
    int jobs = 0, cell_threads = options->threads, threads = parallel_threads();
    shares_choose(capacity_cores(), 0, cells, 0, &jobs, &cell_threads);
    parallel_set_threads(cell_threads);
    size_t bytes = forecast_largest_bytes(&run->grid, options->data);
    parallel_set_threads(threads);
    return bytes;
}

/* Fills in what the options leave open. The threads of a run stay what they were, since the last digits of its numbers
 * depend on them; those of a cluster's machines are not known here. */
static void choose_shares(const struct run *run, const struct executor *executor, const char *environment,
                          struct executor_options *options)
{
    if (options->threads == 0) options->threads = environment_threads(environment);
    if (options->threads == 0) options->threads = parallel_environment_threads();
    if (!executor->waits) {
        if (options->threads == 0) options->threads = 1;
        return;
    }
    int cells = run->grid.count < EXECUTOR_JOBS_MAX ? run->grid.count : EXECUTOR_JOBS_MAX;
    size_t largest = options->jobs == 0 ? largest_cell_bytes(run, options, cells) : 0;
    shares_choose(capacity_cores(), capacity_memory_bytes(), cells, largest, &options->jobs, &options->threads);
    options->threads = parallel_choose_threads(options->threads);
}

static int run_cells(const struct run *run, const struct cell_list *due, const struct executor *executor,
                     const struct executor_options *options, struct error *error)
{
    char *environment = file_join(run->folder, "environment.json");
    if (executor->waits)
        shares_warn(capacity_cores(), options->jobs < due->count ? options->jobs : due->count, options->threads);
    environment_note_precision(experiment_asks(&run->experiment, "precision", "auto") ? PRECISION_AUTO : PRECISION_F32);
    int status = environment_write(environment, run, options->data, options->jobs, options->threads, error);
    free(environment);
    return status == 0 ? executor->run(run, due, options, error) : -1;
}

/* What the cells are, and what that means for results that are there. */
static int identify(struct run *run, const struct executor *executor, const struct options *options,
                    struct executor_options *chosen, struct error *error)
{
    char *environment = file_join(run->folder, "environment.json");
    int status = 0;
    if (grid_is_open(&run->grid)) { /* how many threads a cell has decides what fits */
        choose_shares(run, executor, environment, chosen);
        status = grid_fit(&run->grid, &run->experiment, options->data, chosen->threads, error);
    }
    if (status == 0) status = grid_prune(&run->grid, options->data, error);
    if (status == 0) choose_shares(run, executor, environment, chosen);
    free(environment);
    if (status != 0) return -1;
    if (run_identify(run, options->data, chosen->threads, !options->no_verify, error) != 0) return -1;
    if (change_show(run, error) != 0) return -1;
    return run_keep(run, error);
}

static int run_due(const struct run *run, const struct executor *executor, const struct executor_options *chosen,
                   struct error *error)
{
    struct cell_list due;
    if (executor_list_due(&due, run, chosen, error) != 0) return -1;
    int status = due.count > 0 ? run_cells(run, &due, executor, chosen, error) : run_gather(run, error);
    int outcome = executor->waits || due.count == 0;
    cell_list_release(&due);
    return status == 0 && outcome ? report_outcome(run, error) : status;
}

/* The names are those that the cells will have. */
static int check_pattern(const struct run *run, const struct options *options, const regex_t *only, struct error *error)
{
    for (int c = 0; c < run->grid.count; c++)
        if (!only || regexec(only, run->grid.cells[c].name, 0, NULL, 0) == 0) return 0;
    return error_set(error, "--only: '%s' matches none of the %d cells, such as %s", options->only, run->grid.count,
                     run->grid.cells[0].name);
}

static int run_grid(struct run *run, const struct options *options, const regex_t *only, struct error *error)
{
    const struct executor *executor = options->slurm.given ? &executor_slurm : &executor_local;
    struct executor_options chosen = {
        .data = options->data,
        .jobs = options->jobs,
        .threads = options->threads,
        .timeout = options->timeout,
        .retry_failed = options->retry_failed || options->slurm.given,
        .force = options->force,
        .only = only,
        .slurm = options->slurm.text,
    };
    if (identify(run, executor, options, &chosen, error) != 0) return -1;
    if (check_pattern(run, options, only, error) != 0) return -1;
    return run_due(run, executor, &chosen, error);
}

/* *pattern is set to the compiled expression, or left NULL where none is given. */
static int compile_pattern(const char *text, regex_t *storage, const regex_t **pattern, struct error *error)
{
    char reason[128];
    *pattern = NULL;
    if (!text[0]) return 0;
    int status = regcomp(storage, text, REG_EXTENDED | REG_NOSUB);
    if (status == 0) {
        *pattern = storage;
        return 0;
    }
    regerror(status, storage, reason, sizeof reason);
    error_set(error, "--only: '%s' is no regular expression: %s", text, reason);
    return COMMAND_USAGE;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    regex_t storage;
    const regex_t *only;
    if (compile_pattern(options->only, &storage, &only, error) != 0) return COMMAND_USAGE;
    if (strcmp(line->arguments[0], "-") == 0 && !options->out[0]) {
        error_set(error, "an experiment from standard input has no name: give the folder of its results with --out");
        return COMMAND_USAGE;
    }
    char *folder = options->out[0] ? strdup(options->out) : default_folder(line->arguments[0]);
    struct run opened;
    int status = run_begin(&opened, line->arguments[0], options->set.path, options->set.count, folder, error);
    free(folder);
    if (status == 0) {
        status = run_grid(&opened, options, only, error);
        run_release(&opened);
    }
    if (only) regfree(&storage);
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
