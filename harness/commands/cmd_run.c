/* cmd_run.c - `partgrad run`: trains the cells of an experiment file, and resumes where it stopped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/commands/command.h"
#include "harness/commands/drive.h"

struct options {
    char out[OPTION_TEXT_SIZE], data[OPTION_TEXT_SIZE], only[OPTION_TEXT_SIZE];
    int jobs, threads, retry_failed, force, no_verify, watch;
    double timeout;
    struct option_words slurm;
    struct option_paths set;
};

static const struct field fields[] = {
    {"out", "folder of the results (results/NAME for NAME.yaml)", OPTION_TEXT, offsetof(struct options, out), NULL, 0,
     0, NULL},
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"jobs", "cells at once; 0: as many as cores and memory allow", OPTION_INT, offsetof(struct options, jobs), "0", 0,
     EXECUTOR_JOBS_MAX, NULL},
    {"threads",
     "threads of each cell; 0: as before in this run, or OMP_NUM_THREADS, or the cores divided among the jobs",
     OPTION_INT, offsetof(struct options, threads), "0", 0, 1024, NULL},
    {"only", "run the cells whose names match this extended regular expression", OPTION_TEXT,
     offsetof(struct options, only), NULL, 0, 0, NULL},
    {"set", "replace a setting of the experiment, as in optimizer.learning_rate=[1e-3,1e-4]; repeatable", OPTION_PATHS,
     offsetof(struct options, set), .values = "KEY=VALUE"},
    {"no_verify", "do not check the packs' data against their checksums", OPTION_FLAG,
     offsetof(struct options, no_verify), "false", 0, 0, NULL},
    {"retry_failed", "re-run cells that failed", OPTION_FLAG, offsetof(struct options, retry_failed), "false", 0, 0,
     NULL},
    {"force", "re-run cells whose stored results used other settings", OPTION_FLAG, offsetof(struct options, force),
     "false", 0, 0, NULL},
    {"cell_timeout", "seconds after which a cell is killed and counts as failed; 0: never", OPTION_REAL,
     offsetof(struct options, timeout), "0", 0, 1e9, NULL},
    {"watch", "on a terminal, show recall@1 by epoch of each running cell", OPTION_FLAG,
     offsetof(struct options, watch), "false", 0, 0, NULL},
    {"slurm", "submit cells without a result to Slurm as a job array, with these arguments for sbatch", OPTION_WORDS,
     offsetof(struct options, slurm), NULL, 0, 0, NULL},
    {0},
};

static int run_grid(struct run *run, const struct options *options, const regex_t *only, struct error *error)
{
    struct drive drive = {
        .executor = options->slurm.given ? &executor_slurm : &executor_local,
        .options =
            {
                .data = options->data,
                .jobs = options->jobs,
                .threads = options->threads,
                .timeout = options->timeout,
                .retry_failed = options->retry_failed || options->slurm.given,
                .force = options->force,
                .only = only,
                .watch = options->watch,
                .slurm = options->slurm.text,
            },
        .pattern = options->only,
        .verify = !options->no_verify,
    };
    run->elsewhere = !drive.executor->waits;
    return drive_run(run, &drive, error);
}

/* Sets *pattern to the compiled expression; leaves it NULL if none is given. */
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
    error_set(error, "--only: '%s' is not a regular expression: %s", text, reason);
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
    char *folder = options->out[0] ? strdup(options->out) : drive_default_folder(line->arguments[0]);
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
    .summary = "train the cells of an experiment that have no result yet",
    .description = "Each cell is a process of its own and gets a row in results/NAME/cells.csv. The same command "
                   "resumes where it stopped. EXPERIMENT.yaml may be the name of an installed experiment, or - for "
                   "standard input, which needs --out.\n\nSIGINT, SIGTERM and SIGHUP stop cells at their next step, "
                   "with a checkpoint. A second signal kills them, as does taking more than 5 seconds to "
                   "stop.\n\n--slurm hands the cells to Slurm as a job array instead, and returns.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .run = run,
};
