/* cmd_plan.c - `partgrad plan`: the cells of an experiment, what each will take in memory and time; nothing is run. */
#include <stdio.h>
#include <string.h>

#include "base/parallel.h"
#include "harness/commands/command.h"
#include "harness/runs/declaration.h"
#include "harness/runs/experiment_file.h"
#include "harness/runs/forecast.h"
#include "harness/runs/grid_fit.h"
#include "harness/runs/prune.h"
#include "harness/runs/waves.h"
#include "harness/training/memory.h"
#include "harness/training/saving.h"

struct options {
    char data[OPTION_TEXT_SIZE];
    int threads;
    double rate;
    size_t fit;
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
    {"fit", "memory that points may take: plans their largest batches, as batch_size: largest would find them",
     OPTION_SIZE, offsetof(struct options, fit), "0"},
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

/* What cells take together. */
struct costs {
    int cells;
    double seconds, longest;
    size_t largest_bytes;
    double kept_bytes; /* of weights, on disk */
};

static void add_cost(struct costs *costs, const struct cell *cell, const struct loop_plan *plan, double seconds)
{
    size_t bytes = forecast_process_bytes(plan);
    costs->cells++;
    costs->kept_bytes += saving_bytes(&cell->settings, &plan->update);
    costs->seconds += seconds;
    if (seconds > costs->longest) costs->longest = seconds;
    if (bytes > costs->largest_bytes) costs->largest_bytes = bytes;
}

/* Adds up the grid's cells; with `print`, a line for each. */
static int add_costs(struct costs *costs, const struct grid *grid, int print, const struct options *options,
                     struct error *error)
{
    struct forecast forecast = {0};
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        if (forecast_cell(&forecast, cell, options->data, error) != 0) return -1;
        double seconds = forecast_seconds(cell, &forecast.plan, options->rate * 1e9);
        add_cost(costs, cell, &forecast.plan, seconds);
        if (print && c == 0) print_header();
        if (print) print_cell(cell, &forecast.plan, seconds);
    }
    return 0;
}

/* What to ask Slurm for: an array of all cells, each task with room for the largest and time for the longest. */
static void print_array(const struct costs *costs, int threads)
{
    enum { MINUTE = 60, SLACK = 2 }; /* the rate is a guess, and evaluation comes on top */
    long minutes = (long)(SLACK * costs->longest / MINUTE) + 10;
    printf("Slurm: --array=0-%d --cpus-per-task=%d --mem=%zuM --time=%ld:%02ld:00 at most; '--slurm' asks for all but "
           "the time\n",
           costs->cells - 1, threads, (costs->largest_bytes >> 20) + 1, minutes / MINUTE, minutes % MINUTE);
}

/* ---- largest batches ---- */

static int find_batches(struct grid *grid, const struct experiment *experiment, const struct options *options,
                        struct error *error)
{
    if (!grid_is_open(grid)) return 0;
    return grid_fit(grid, experiment, options->data, parallel_choose_threads(options->threads), error);
}

/* What `largest` came to. */
static int print_batches(const struct grid *grid, struct error *error)
{
    struct listing listing = {0};
    if (grid->batch_count == 0) return 0;
    grid_fit_list(grid, 0, &listing);
    printf("\n");
    int status = listing_print(&listing, LISTING_TABLE, stdout, error);
    listing_release(&listing);
    return status;
}

/* --fit asks for what --set could ask for. */
static int read_experiment(struct experiment *experiment, const char *path, const struct options *options,
                           struct error *error)
{
    const char *sets[OPTION_PATHS_MAX + 2];
    char memory[OPTION_SIZE_TEXT + 8] = "memory=";
    int count = options->set.count;
    memcpy(sets, options->set.path, sizeof options->set.path);
    if (options->fit > 0) {
        option_format_size(options->fit, memory + strlen(memory));
        sets[count++] = "batch_size=largest";
        sets[count++] = memory;
    }
    return experiment_read(experiment, path, sets, count, error);
}

/* ---- the finals of a tuned experiment ---- */

/* The final cells if all points were given one value of the lists. */
static int plan_value(struct costs *costs, struct waves *waves, const struct experiment *experiment, int value,
                      const struct options *options, struct error *error)
{
    struct grid finals = {0};
    int status = waves_add_finals_at(waves, experiment, &finals, value, error);
    if (status == 0) status = find_batches(&finals, experiment, options, error);
    if (status == 0) status = add_costs(costs, &finals, value == 0, options, error);
    grid_release(&finals);
    return status;
}

/* What they take depends on what will be chosen. */
static int plan_finals(const struct costs *trials, const struct experiment *experiment, const struct options *options,
                       struct error *error)
{
    struct waves waves;
    struct costs least = {0}, most = {0};
    waves_begin(&waves, experiment);
    int values = tuning_value_count(experiment, waves.lists), status = 0;
    for (int v = 0; v < values && status == 0; v++) {
        struct costs costs = {0};
        status = plan_value(&costs, &waves, experiment, v, options, error);
        if (v == 0 || costs.seconds < least.seconds) least = costs;
        if (v == 0 || costs.seconds > most.seconds) most = costs;
    }
    waves_release(&waves);
    if (status != 0) return -1;
    printf("trials: %d cells, %.0f seconds; finals: %d cells, %.0f", trials->cells, trials->seconds, most.cells,
           least.seconds);
    if (most.seconds > least.seconds) printf(" to %.0f", most.seconds);
    printf(" seconds%s\n", most.seconds > least.seconds ? ", by what is chosen" : "");
    if (experiment->tuning.extend > 0)
        printf("extend: each value that is added, up to %d at either end of a list, takes another %d trials\n",
               experiment->tuning.extend, trials->cells / values);
    return 0;
}

static int print_plan(const struct grid *grid, const struct experiment *experiment, const struct options *options,
                      struct error *error)
{
    struct costs costs = {0};
    if (add_costs(&costs, grid, 1, options, error) != 0) return -1;
    printf(
        "%d cells, %.0f seconds of training at %g multiply-adds per second; evaluation comes on top; the last columns "
        "are tensor_MiB by part; weights kept: %.1f MiB on disk\n",
        costs.cells, costs.seconds, options->rate * 1e9, costs.kept_bytes / (1 << 20));
    print_array(&costs, options->threads > 0 ? options->threads : 1);
    return experiment->tuning.count > 0 ? plan_finals(&costs, experiment, options, error) : 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct experiment experiment;
    struct grid grid;
    parallel_set_threads(options->threads);
    if (read_experiment(&experiment, line->arguments[0], options, error) != 0) return -1;
    if (experiment.has_merges) fprintf(stderr, "note: some keys come from other mappings, by <<\n");
    int status = grid_init(&grid, &experiment, error);
    if (status == 0) status = find_batches(&grid, &experiment, options, error);
    if (status == 0) status = grid_prune(&grid, options->data, error);
    if (status == 0) status = declaration_check(&experiment.contrasts, &grid, error);
    if (status == 0) status = print_plan(&grid, &experiment, options, error);
    if (status == 0) status = print_batches(&grid, error);
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
