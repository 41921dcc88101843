/* cmd_plan.c - `partgrad plan`: the cells of an experiment, what each will take in memory and time; nothing is run. */
#include <stdio.h>
#include <string.h>

#include "base/parallel.h"
#include "harness/command.h"
#include "harness/experiment.h"
#include "harness/grid.h"
#include "harness/memory.h"

struct options {
    char data[OPTION_TEXT_SIZE];
    int threads;
    double rate;
};

static const struct field fields[] = {
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"threads", "threads of each cell; 0: one for each core", OPTION_INT, offsetof(struct options, threads), "0", 0,
     1024, NULL},
    {"rate", "multiply-adds per second that the time is reckoned with, in 1e9", OPTION_REAL,
     offsetof(struct options, rate), "100", 0.001, 1e6, NULL},
    {0},
};

/* A step forwards all B samples and back-propagates K at twice a forward pass each; two_pass forwards those K again. */
static double predict_seconds(const struct cell *cell, const struct training_plan *plan, double rate)
{
    double again = plan->backprop == BACKPROP_TWO_PASS ? 1 : 0;
    double passes = cell->settings.batch_size + plan->selected * (2 + again);
    return plan->steps * passes * plan->trainer.multiply_adds / (rate * 1e9);
}

static int same_shape(const struct cell *a, const struct cell *b)
{
    return a->settings.batch_size == b->settings.batch_size && a->settings.portion == b->settings.portion &&
           a->settings.samples_per_class == b->settings.samples_per_class &&
           a->settings.loss.plugin == b->settings.loss.plugin &&
           a->settings.strategy.plugin == b->settings.strategy.plugin && a->settings.backprop == b->settings.backprop;
}

/* Cells that differ by their seed or sampler alone have the same plan. */
static int measure(const struct grid *grid, int c, const char *data, struct training_plan *plan, struct error *error)
{
    if (c > 0 && same_shape(&grid->cells[c], &grid->cells[c - 1])) return 0;
    return training_measure(&grid->cells[c], data, plan, error);
}

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

static void print_cell(const struct cell *cell, const struct training_plan *plan, double seconds)
{
    const struct trainer_plan *trainer = &plan->trainer;
    printf("%-40s %6d %9s %7ld %15.1f %11.1f %10.0f", cell->name, plan->selected,
           settings_backprop_names[plan->backprop], plan->steps, mebibytes(trainer_activation_bytes(trainer)),
           mebibytes(memory_tensor_bytes(trainer)), seconds);
    for (const struct memory_part *part = memory_parts; part->name; part++)
        printf(" %10.1f", mebibytes(memory_part_bytes(trainer, part)));
    printf("\n");
}

static int print_plan(const struct grid *grid, const struct options *options, struct error *error)
{
    struct training_plan plan = {0};
    double total = 0;
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        if (measure(grid, c, options->data, &plan, error) != 0) return -1;
        if (c == 0) print_header();
        double seconds = predict_seconds(cell, &plan, options->rate);
        total += seconds;
        print_cell(cell, &plan, seconds);
    }
    printf(
        "%d cells, %.0f seconds of training at %g multiply-adds per second; evaluation comes on top; the last columns "
        "are tensor_MiB by part\n",
        grid->count, total, options->rate * 1e9);
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct experiment experiment;
    struct grid grid;
    parallel_set_threads(options->threads);
    if (experiment_read(&experiment, line->arguments[0], error) != 0) return -1;
    int status = grid_init(&grid, &experiment, error);
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
