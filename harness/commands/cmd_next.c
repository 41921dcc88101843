/* cmd_next.c - `partgrad next`: the job that waits for a tuned run's trials. Hands over the cells that follow from
 * their results, and nothing that was handed over before: a canceled trial stays canceled. */
#include <stdlib.h>

#include "base/csv.h"
#include "base/file.h"
#include "harness/commands/command.h"
#include "harness/commands/drive.h"

struct options {
    char data[OPTION_TEXT_SIZE];
    int threads, jobs;
    double timeout;
    struct option_words slurm;
};

static const struct field fields[] = {
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"threads", "threads of each cell", OPTION_INT, offsetof(struct options, threads), "1", 1, 1024, NULL},
    {"jobs", "most tasks at once; 0: as many as Slurm likes", OPTION_INT, offsetof(struct options, jobs), "0", 0,
     EXECUTOR_JOBS_MAX, NULL},
    {"cell_timeout", "seconds after which a cell is killed and counts as failed; 0: never", OPTION_REAL,
     offsetof(struct options, timeout), "0", 0, 1e9, NULL},
    {"slurm", "arguments for sbatch", OPTION_WORDS, offsetof(struct options, slurm), NULL, 0, 0, NULL},
    {0},
};

/* The identities of the cells that the run already has. */
static int read_known(struct index *known, const char *folder, struct error *error)
{
    struct csv_table table;
    int column, status = 0;
    char *path = file_join(folder, "grid.csv");
    *known = (struct index){0};
    int read = csv_read(&table, path, error);
    free(path);
    if (read != 0) return -1;
    if (csv_find_column(&table, "settings", &column, error) != 0) status = -1;
    for (int row = 0; status == 0 && row < table.row_count; row++)
        if (index_add(known, csv_text(&table, row, column), row) < 0) status = error_set(error, "out of memory");
    csv_release(&table);
    return status;
}

static int hand_over(struct run *run, const struct options *options, struct error *error)
{
    struct index known;
    struct drive drive = {
        .executor = &executor_slurm,
        .options =
            {
                .data = options->data,
                .jobs = options->jobs,
                .threads = options->threads,
                .timeout = options->timeout,
                .known = &known,
                .slurm = options->slurm.text,
            },
    };
    int status = read_known(&known, run->folder, error);
    if (status == 0) status = drive_run(run, &drive, error);
    index_release(&known);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    struct run opened;
    char *experiment = file_join(line->arguments[0], "experiment.yaml");
    int status = run_begin(&opened, experiment, NULL, 0, line->arguments[0], error);
    free(experiment);
    if (status != 0) return COMMAND_FAILED;
    status = hand_over(&opened, line->options, error);
    run_release(&opened);
    return status;
}

const struct command cmd_next = {
    .name = "next",
    .arguments = "RUN_DIR",
    .summary = "hand over the cells that follow from a tuned run's results",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .hidden = 1,
    .run = run,
};
