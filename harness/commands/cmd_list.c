/* cmd_list.c - `partgrad list`: what there is to choose from, with options and defaults. */
#include <stdio.h>
#include <string.h>

#include "datasets/dataset.h"
#include "harness/tables/column.h"
#include "harness/commands/command.h"
#include "harness/runs/tune_keys.h"
#include "harness/runs/tuning_table.h"
#include "harness/tables/settings.h"
#include "losses/loss.h"
#include "network/models/model.h"
#include "strategies/samplers/sampler.h"
#include "strategies/strategy.h"

static void print_registry(const void *given)
{
    for (const struct plugin *const *row = given; *row; row++) {
        printf("%s: %s\n", (*row)->name, (*row)->summary);
        option_print((*row)->fields, 0, stdout);
    }
}

/* Keys at the top level, then each mapping with its own. */
static void print_settings(const void *blocks)
{
    for (int mappings = 0; mappings < 2; mappings++)
        for (const struct settings_block *block = blocks; block->summary; block++) {
            if ((block->key != NULL) != mappings) continue;
            if (block->key) printf("%s: %s\n", block->key, block->summary);
            if (block->fields) option_print(block->fields, 0, stdout);
        }
    printf("cases: a list of mappings; each replaces keys, and is crossed with the rest\n"
           "tune: lists of values to choose among for each point by trials on validation classes, as in\n"
           "  {optimizer.learning_rate: [1e-4, 1e-3]}, and\n");
    option_print(tune_fields, 0, stdout);
    printf("set: a list of KEY=VALUE, which win over all others: where the command line is recorded\n"
           "Any key, and any option of a plug-in, may be a list: the grid is their product.\n");
}

static void print_columns(const void *collect)
{
    struct column_table columns;
    (*(void (*const *)(struct column_table *))collect)(&columns);
    for (int c = 0; c < columns.count; c++)
        printf("  %-24s %s%s\n", column_name(&columns, c), columns.column[c].varies ? "varies: " : "",
               column_meaning(&columns, c));
}

static void print_tuning_columns(const void *what)
{
    for (const struct tuning_column *column = what; column->name; column++)
        printf("  %-24s %s\n", column->name, column->meaning);
}

static void (*const of_cells)(struct column_table *) = columns_of_cells;
static void (*const of_epochs)(struct column_table *) = columns_of_epochs;
static void (*const of_classes)(struct column_table *) = columns_of_classes;
static void (*const of_evaluations)(struct column_table *) = columns_of_evaluations;

/* To add a list: its line here. */
static const struct list {
    const char *name, *summary;
    const void *what;
    void (*print)(const void *what);
} lists[] = {
    {"strategies", "which samples of a batch receive gradient", strategy_registry, print_registry},
    {"losses", "what is minimised", loss_registry, print_registry},
    {"samplers", "what composes batches", sampler_registry, print_registry},
    {"models", "networks", model_registry, print_registry},
    {"datasets", "what prepare takes", dataset_registry, print_registry},
    {"settings", "keys of an experiment file", settings_blocks, print_settings},
    {"columns", "columns of cells.csv", &of_cells, print_columns},
    {"epoch-columns", "columns of epochs.csv", &of_epochs, print_columns},
    {"class-columns", "columns of classes.csv", &of_classes, print_columns},
    {"evaluation-columns", "columns of evaluations.csv", &of_evaluations, print_columns},
    {"tuning-columns", "columns of tuning.csv", tuning_columns, print_tuning_columns},
};

enum { LISTS = sizeof lists / sizeof *lists };

static int print_one(const char *name, struct error *error)
{
    const char *names[LISTS];
    for (int i = 0; i < LISTS; i++) {
        names[i] = lists[i].name;
        if (strcmp(names[i], name) != 0) continue;
        lists[i].print(lists[i].what);
        return 0;
    }
    const char *nearest = option_nearest(name, names, LISTS);
    if (nearest)
        error_set(error, "no list '%s'; did you mean '%s'?", name, nearest);
    else
        error_set(error, "no list '%s'; 'partgrad list' shows them", name);
    return COMMAND_USAGE;
}

static int run(const struct command_line *line, struct error *error)
{
    if (line->count > 0) return print_one(line->arguments[0], error);
    for (int i = 0; i < LISTS; i++) {
        printf("%s%s - %s\n", i ? "\n" : "", lists[i].name, lists[i].summary);
        lists[i].print(lists[i].what);
    }
    return 0;
}

const struct command cmd_list = {
    .name = "list",
    .arguments = "[LIST]",
    .summary = "strategies, losses, samplers, models, data sets, settings and columns",
    .most = 1,
    .run = run,
};
