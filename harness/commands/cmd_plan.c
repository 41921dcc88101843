/* cmd_plan.c - `partgrad plan`: lists the cells of an experiment with the memory and time that each will take; runs
 * nothing. */
#include <stdio.h>
#include <string.h>

#include "base/parallel.h"
#include "harness/commands/command.h"
#include "harness/runs/declaration.h"
#include "harness/runs/doubts.h"
#include "harness/runs/experiment_file.h"
#include "harness/runs/forecast.h"
#include "harness/runs/grid_fit.h"
#include "harness/runs/prune.h"
#include "harness/runs/waves.h"
#include "harness/training/equal_budget.h"
#include "harness/training/memory.h"
#include "harness/training/saving.h"

struct options {
    char data[OPTION_TEXT_SIZE];
    int threads;
    double rate;
    size_t fit;
    int format;
    struct option_paths set;
};

static const struct field fields[] = {
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"threads", "threads of each cell; 0: OMP_NUM_THREADS, or one per core", OPTION_INT,
     offsetof(struct options, threads), "0", 0, 1024, NULL},
    {"set", "replace a setting of the experiment; repeatable", OPTION_PATHS, offsetof(struct options, set),
     .values = "KEY=VALUE"},
    {"rate", "assumed speed for the time, in 1e9 multiply-adds per second", OPTION_REAL, offsetof(struct options, rate),
     "100", 0.001, 1e6, NULL},
    {"fit", "plan the largest batch of each point that fits into this much memory, as batch_size: largest does",
     OPTION_SIZE, offsetof(struct options, fit), "0"},
    LISTING_FORMAT(struct options),
    {0},
};

static double mebibytes(size_t bytes)
{
    return (double)bytes / (1 << 20);
}

static void list_columns(struct listing *listing, int has_waves)
{
    listing_column(listing, "cell", LISTING_TEXT, 0);
    if (has_waves) listing_column(listing, "wave", LISTING_TEXT, 0);
    listing_column(listing, "K", LISTING_INTEGER, 0);
    listing_column(listing, "backprop", LISTING_TEXT, 0);
    listing_column(listing, "steps", LISTING_INTEGER, 0);
    listing_column(listing, "activation_MiB", LISTING_REAL, 1);
    listing_column(listing, "tensor_MiB", LISTING_REAL, 1);
    listing_column(listing, "seconds", LISTING_REAL, 0);
    listing_column(listing, "updates", LISTING_INTEGER, 0);
    listing_column(listing, "gradients", LISTING_INTEGER, 0);
    listing_column(listing, "multiply_adds", LISTING_INTEGER, 0);
    listing_column(listing, "updates_x", LISTING_REAL, 3);
    listing_column(listing, "gradients_x", LISTING_REAL, 3);
    listing_column(listing, "compute_x", LISTING_REAL, 3);
    for (const struct memory_part *part = memory_parts; part->name; part++)
        listing_column(listing, part->name, LISTING_REAL, 1);
}

/* A cell's totals, and their shares of those of p = 1 in the epochs asked for. */
static void list_totals(struct listing *listing, const struct budget_totals *own, const struct budget_totals *whole)
{
    listing_number(listing, own->updates);
    listing_number(listing, own->gradients);
    listing_number(listing, own->multiply_adds);
    listing_number(listing, own->updates / whole->updates);
    listing_number(listing, own->gradients / whole->gradients);
    listing_number(listing, own->multiply_adds / whole->multiply_adds);
}

static void list_cell(struct listing *listing, int has_waves, const struct cell *cell, const struct loop_plan *plan,
                      double seconds)
{
    const struct update_plan *update = &plan->update;
    listing_text(listing, cell->name);
    if (has_waves) listing_text(listing, cell->wave);
    listing_number(listing, plan->selected);
    listing_text(listing, settings_backprop_names[plan->backprop]);
    listing_number(listing, (double)plan->budget.steps);
    listing_number(listing, mebibytes(update_activation_bytes(update)));
    listing_number(listing, mebibytes(memory_tensor_bytes(update)));
    listing_number(listing, seconds);
    list_totals(listing, &plan->totals, &plan->whole);
    for (const struct memory_part *part = memory_parts; part->name; part++)
        listing_number(listing, mebibytes(memory_part_bytes(update, part)));
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

/* Notes that only a run measures time. */
static void tell_times(const struct grid *grid)
{
    int count = 0;
    for (int c = 0; c < grid->count; c++) count += equal_budget_is_open(&grid->cells[c].settings);
    if (count > 0)
        fprintf(stderr,
                "note: equal: time is measured when a run begins; here the steps of %d %s are those of equal: "
                "compute\n",
                count, count == 1 ? "cell" : "cells");
}

/* Adds up the grid's cells, and lists them unless `listing` is NULL. */
static int add_costs(struct costs *costs, const struct grid *grid, struct listing *listing, int has_waves,
                     const struct options *options, struct error *error)
{
    struct forecast forecast = {0};
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        if (forecast_cell(&forecast, cell, options->data, error) != 0) return -1;
        double seconds = forecast_seconds(&forecast.plan, options->rate * 1e9);
        add_cost(costs, cell, &forecast.plan, seconds);
        if (listing) list_cell(listing, has_waves, cell, &forecast.plan, seconds);
    }
    return 0;
}

/* Suggests a request to Slurm: an array of all cells, each task with memory for the largest and time for the
 * longest. */
static void print_array(FILE *stream, const struct costs *costs, int threads)
{
    enum { MINUTE = 60, SLACK = 2 }; /* the rate is a guess, and evaluation takes additional time */
    long minutes = (long)(SLACK * costs->longest / MINUTE) + 10;
    fprintf(stream,
            "Slurm: --array=0-%d --cpus-per-task=%d --mem=%zuM --time=%ld:%02ld:00 at most; '--slurm' asks for all but "
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

/* Prints the batches that `largest` found. */
static int print_batches(const struct grid *grid, enum listing_format format, struct error *error)
{
    struct listing listing = {0};
    if (grid->batch_count == 0) return 0;
    grid_fit_list(grid, 0, &listing);
    if (format == LISTING_TABLE) printf("\n");
    int status = listing_print(&listing, format, stdout, error);
    listing_release(&listing);
    return status;
}

/* --fit is a short form of several --set. */
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

/* Plans the final cells as if all points had one value of the lists; lists them for the first value. None, if the data
 * can support none of them. */
static int plan_value(struct costs *costs, struct waves *waves, const struct experiment *experiment, int value,
                      struct listing *listing, const struct options *options, struct error *error)
{
    struct grid finals = {.quiet = 1};
    int status = waves_add_finals_at(waves, experiment, &finals, value, error);
    if (status == 0) status = find_batches(&finals, experiment, options, error);
    if (status == 0) status = grid_prune(&finals, options->data, error);
    if (status != 0 && finals.left_out_count > 0 && finals.count == 0) status = 0;
    if (status == 0) status = add_costs(costs, &finals, value == 0 ? listing : NULL, 1, options, error);
    if (value == 0) grid_tell_left_out(&finals);
    grid_release(&finals);
    return status;
}

/* The cost of final cells depends on the choice: finds the least and the most. */
static int plan_finals(struct costs *least, struct costs *most, const struct experiment *experiment,
                       struct listing *listing, const struct options *options, struct error *error)
{
    struct waves waves;
    waves_begin(&waves, experiment);
    int values = tuning_value_count(experiment, waves.lists), status = 0;
    for (int v = 0; v < values && status == 0; v++) {
        struct costs costs = {0};
        status = plan_value(&costs, &waves, experiment, v, listing, options, error);
        if (v == 0 || costs.seconds < least->seconds) *least = costs;
        if (v == 0 || costs.seconds > most->seconds) *most = costs;
    }
    waves_release(&waves);
    return status;
}

static void tell_waves(FILE *stream, const struct costs *trials, const struct costs *least, const struct costs *most,
                       const struct experiment *experiment)
{
    int varies = most->seconds > least->seconds, values = tuning_value_count(experiment, experiment->tuning.lists);
    fprintf(stream, "trials: %d cells, %.0f seconds; finals: %d cells, %.0f", trials->cells, trials->seconds,
            most->cells, least->seconds);
    if (varies) fprintf(stream, " to %.0f", most->seconds);
    fprintf(stream, " seconds%s\n", varies ? ", depending on the choice" : "");
    if (experiment->tuning.extend > 0)
        fprintf(stream, "extend: each added value, up to %d at either end of a list, takes another %d trials\n",
                experiment->tuning.extend, trials->cells / values);
}

/* ---- all of it ---- */

/* Prints the table and, below it or on stderr, the totals. */
static int print_plan(const struct grid *grid, const struct experiment *experiment, const struct options *options,
                      struct error *error)
{
    struct costs costs = {0}, least = {0}, most = {0};
    struct listing listing = {0};
    int is_tuned = experiment->tuning.count > 0;
    FILE *notes = options->format == LISTING_TABLE ? stdout : stderr;
    list_columns(&listing, is_tuned);
    int status = add_costs(&costs, grid, &listing, is_tuned, options, error);
    if (status == 0 && is_tuned) status = plan_finals(&least, &most, experiment, &listing, options, error);
    if (status == 0) status = listing_print(&listing, (enum listing_format)options->format, stdout, error);
    listing_release(&listing);
    if (status != 0) return -1;
    doubts_tell(grid, options->data);
    fprintf(notes,
            "%d cells, %.0f seconds of training at %g multiply-adds per second; evaluation takes additional time; "
            "columns in _x are shares of what p = 1 has with the same batch_size in the epochs asked for; the last "
            "columns are tensor_MiB by part; weights kept: %.1f MiB on disk\n",
            costs.cells, costs.seconds, options->rate * 1e9, costs.kept_bytes / (1 << 20));
    print_array(notes, &costs, options->threads > 0 ? options->threads : 1);
    if (is_tuned) tell_waves(notes, &costs, &least, &most, experiment);
    return 0;
}

/* For programs there is one table: with --fit, that of the batches. */
static int print_all(const struct grid *grid, const struct experiment *experiment, const struct options *options,
                     struct error *error)
{
    enum listing_format format = (enum listing_format)options->format;
    int only_batches = options->fit > 0 && format != LISTING_TABLE, both = format == LISTING_TABLE;
    if (!only_batches && print_plan(grid, experiment, options, error) != 0) return -1;
    return both || only_batches ? print_batches(grid, format, error) : 0;
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
    if (status == 0) tell_times(&grid);
    if (status == 0) status = declaration_check(&experiment.contrasts, &grid, error);
    if (status == 0) status = print_all(&grid, &experiment, options, error);
    grid_release(&grid);
    experiment_release(&experiment);
    return status;
}

const struct command cmd_plan = {
    .name = "plan",
    .arguments = "EXPERIMENT.yaml",
    .summary = "show an experiment's cells, their memory, time and cost relative to p = 1, without running them",
    .description = "Also shows what to ask Slurm for, and which points are left out and why.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .run = run,
};
