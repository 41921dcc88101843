/* cmd_plan.c - `partgrad plan`: the cells of an experiment, what each will take in memory and time; nothing is run. */
#include <stdio.h>

#include "base/parallel.h"
#include "harness/commands/command.h"
#include "harness/runs/experiment_file.h"
#include "harness/runs/forecast.h"
#include "harness/runs/prune.h"
#include "harness/training/memory.h"
#include "harness/training/saving.h"

struct options {
    char data[OPTION_TEXT_SIZE];
    int threads;
    double rate;
    struct option_paths set;
};

static const struct field fields[] = {
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"threads", "threads of each cell; 0: OMP_NUM_THREADS, or one for each core", OPTION_INT,
     offsetof(struct options, threads), "0", 0, 1024, NULL},
    {"set", "a setting in place of the experiment's; repeatable", OPTION_PATHS, offsetof(struct options, set),
     .values = "KEY=VALUE"},
    {"rate", "multiply-adds per second that the time is reckoned with, in 1e9", OPTION_REAL,
     offsetof(struct options, rate), "100", 0.001, 1e6, NULL},
    {0},
};

static double mebibytes(size_t bytes)
{
    return (double)bytes / (1 << 20);
}

static void print_header(void)
{
    printf("%-40s %6s %9s %7s %15s %11s %10s", "cell", "K", "backprop", "steps", "activation_MiB", "tensor_MiB",
           "seconds");
    for (const struct memory_part *part = memory_parts; part->name; part++) printf(" %10s", part->name);
    printf("\n");
}

static void print_cell(const struct cell *cell, const struct loop_plan *plan, double seconds)
{
    const struct update_plan *update = &plan->update;
    printf("%-40s %6d %9s %7ld %15.1f %11.1f %10.0f", cell->name, plan->selected,
           settings_backprop_names[plan->backprop], plan->steps, mebibytes(update_activation_bytes(update)),
           mebibytes(memory_tensor_bytes(update)), seconds);
    for (const struct memory_part *part = memory_parts; part->name; part++)
        printf(" %10.1f", mebibytes(memory_part_bytes(update, part)));
    printf("\n");
}

/* What to ask Slurm for: an array of all cells, each task with room for the largest and time for the longest. */
static void print_array(int cells, int threads, size_t bytes, double seconds)
{
    enum { MINUTE = 60, SLACK = 2 }; /* the rate is a guess, and evaluation comes on top */
    long minutes = (long)(SLACK * seconds / MINUTE) + 10;
    printf("Slurm: --array=0-%d --cpus-per-task=%d --mem=%zuM --time=%ld:%02ld:00 at most; '--slurm' asks for all but "
           "the time\n",
           cells - 1, threads, (bytes >> 20) + 1, minutes / MINUTE, minutes % MINUTE);
}

static int print_plan(const struct grid *grid, const struct options *options, struct error *error)
{
    struct forecast forecast = {0};
    double total = 0, longest = 0, kept_bytes = 0;
    int kept = 0;
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        if (forecast_cell(&forecast, cell, options->data, error) != 0) return -1;
        if (c == 0) print_header();
        double seconds = forecast_seconds(cell, &forecast.plan, options->rate * 1e9);
        total += seconds;
        kept_bytes += saving_bytes(&cell->settings, &forecast.plan.update);
        kept += cell->settings.save != SAVE_NONE;
        if (seconds > longest) longest = seconds;
        print_cell(cell, &forecast.plan, seconds);
    }
    printf(
        "%d cells, %.0f seconds of training at %g multiply-adds per second; evaluation comes on top; the last columns "
        "are tensor_MiB by part\n",
        grid->count, total, options->rate * 1e9);
    printf("weights kept: %.1f MiB on disk, of %d cells\n", kept_bytes / (1 << 20), kept);
    print_array(grid->count, options->threads > 0 ? options->threads : 1, forecast_largest_bytes(grid, options->data),
                longest);
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct experiment experiment;
    struct grid grid;
    parallel_set_threads(options->threads);
    if (experiment_read(&experiment, line->arguments[0], options->set.path, options->set.count, error) != 0) return -1;
    if (experiment.has_merges) fprintf(stderr, "note: some keys come from other mappings, by <<\n");
    int status = grid_init(&grid, &experiment, error);
    if (status == 0) status = grid_prune(&grid, options->data, error);
    if (status == 0) status = print_plan(&grid, options, error);
    grid_release(&grid);
    experiment_release(&experiment);
    return status;
}

const struct command cmd_plan = {
    .name = "plan",
    .arguments = "EXPERIMENT.yaml",
    .summary = "show an experiment's cells, their memory and time, without running them",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .run = run,
};
