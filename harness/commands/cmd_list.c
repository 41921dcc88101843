/* cmd_list.c - `partgrad list`: what there is to choose from, with options and defaults. */
#include <stdio.h>
#include <string.h>

#include "datasets/dataset.h"
#include "harness/tables/column.h"
#include "harness/commands/command.h"
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

static void print_fields(const void *fields)
{
    option_print(fields, 0, stdout);
}

static const struct field *const key_tables[] = {block_fields, axis_fields, settings_fields, NULL};

static void print_tables(const void *tables)
{
    for (const struct field *const *table = tables; *table; table++) print_fields(*table);
}

static void print_columns(const void *columns)
{
    for (const struct column *column = columns; column->name; column++)
        printf("  %-24s %s%s\n", column->name, column->varies ? "varies: " : "", column->meaning);
}

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
    {"settings", "keys of an experiment file", key_tables, print_tables},
    {"model-options", "keys of every model", network_fields, print_fields},
    {"optimizer-options", "keys of the optimizer", optimizer_fields, print_fields},
    {"memory-bank-options", "keys of memory_bank", bank_fields, print_fields},
    {"diagnostics-options", "keys of diagnostics", diagnostics_fields, print_fields},
    {"columns", "columns of cells.csv", cell_columns, print_columns},
    {"epoch-columns", "columns of epochs.csv", epoch_columns, print_columns},
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
