/* cmd_list.c - `partgrad list`: lists what can be chosen, with options and defaults. */
#include <stdio.h>
#include <string.h>

#include "base/listing.h"
#include "datasets/dataset.h"
#include "harness/tables/column.h"
#include "harness/commands/command.h"
#include "harness/runs/tune_keys.h"
#include "harness/runs/tuning_table.h"
#include "harness/tables/settings.h"
#include "harness/training/gradient_row.h"
#include "losses/loss.h"
#include "network/models/model.h"
#include "strategies/samplers/sampler.h"
#include "strategies/strategy.h"

struct options {
    int format;
};

static const struct field fields[] = {LISTING_FORMAT(struct options), {0}};

/* Columns of every list, for programs: the owner of an option (a plug-in or a mapping; empty at the top level), its
 * name and meaning, its possible values, and its default. */
static const char *const row_columns[] = {"list", "of", "name", "meaning", "values", "fallback"};

static void add_row(struct listing *listing, const char *list, const char *of, const char *name, const char *meaning,
                    const struct field *field)
{
    char values[OPTION_VALUES_SIZE];
    if (field) option_describe(field, values);
    listing_text(listing, list);
    listing_text(listing, of);
    listing_text(listing, name);
    listing_text(listing, meaning);
    listing_text(listing, field ? values : NULL);
    listing_text(listing, field ? field->fallback : NULL);
}

static void add_fields(struct listing *listing, const char *list, const char *of, const struct field *field)
{
    for (; field && field->name; field++) add_row(listing, list, of, field->name, field->help, field);
}

static void list_registry(struct listing *listing, const char *list, const void *given)
{
    for (const struct plugin *const *row = given; *row; row++) {
        add_row(listing, list, NULL, (*row)->name, (*row)->summary, NULL);
        add_fields(listing, list, (*row)->name, (*row)->fields);
    }
}

static void list_settings(struct listing *listing, const char *list, const void *blocks)
{
    for (const struct settings_block *block = blocks; block->summary; block++) {
        if (block->key) add_row(listing, list, NULL, block->key, block->summary, NULL);
        add_fields(listing, list, block->key, block->fields);
    }
}

static void list_columns(struct listing *listing, const char *list, const void *collect)
{
    struct column_table columns;
    (*(void (*const *)(struct column_table *))collect)(&columns);
    for (int c = 0; c < columns.count; c++)
        add_row(listing, list, NULL, column_name(&columns, c), column_meaning(&columns, c), NULL);
}

static void list_tuning_columns(struct listing *listing, const char *list, const void *what)
{
    for (const struct tuning_column *column = what; column->name; column++)
        add_row(listing, list, NULL, column->name, column->meaning, NULL);
}

static void list_gradient_columns(struct listing *listing, const char *list, const void *what)
{
    for (const struct gradient_column *column = what; column->name; column++)
        add_row(listing, list, NULL, column->name, column->meaning, NULL);
}

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
           "tune: lists of values from which trials on validation classes choose for each point, as in\n"
           "  {optimizer.learning_rate: [1e-4, 1e-3]}, and\n");
    option_print(tune_fields, 0, stdout);
    printf("set: a list of KEY=VALUE, which override all others; those of the command line are recorded here\n"
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

static void print_gradient_columns(const void *what)
{
    for (const struct gradient_column *column = what; column->name; column++)
        printf("  %-30s %s\n", column->name, column->meaning);
}

static void (*const of_cells)(struct column_table *) = columns_of_cells;
static void (*const of_epochs)(struct column_table *) = columns_of_epochs;
static void (*const of_classes)(struct column_table *) = columns_of_classes;
static void (*const of_evaluations)(struct column_table *) = columns_of_evaluations;

/* How a kind of list is printed for people and for programs. */
struct kind {
    void (*print)(const void *what);
    void (*list)(struct listing *, const char *name, const void *what);
};
static const struct kind a_registry = {print_registry, list_registry};
static const struct kind a_table_of_settings = {print_settings, list_settings};
static const struct kind a_table_of_columns = {print_columns, list_columns};
static const struct kind columns_of_tuning = {print_tuning_columns, list_tuning_columns};
static const struct kind columns_of_gradients = {print_gradient_columns, list_gradient_columns};

/* To add a list, add its line here. */
static const struct list {
    const char *name, *summary;
    const void *what;
    const struct kind *kind;
} lists[] = {
    {"strategies", "select the samples of a batch that receive gradient", strategy_registry, &a_registry},
    {"losses", "functions to minimize", loss_registry, &a_registry},
    {"samplers", "compose batches", sampler_registry, &a_registry},
    {"models", "networks", model_registry, &a_registry},
    {"datasets", "data sets of `partgrad prepare`", dataset_registry, &a_registry},
    {"settings", "keys of an experiment file", settings_blocks, &a_table_of_settings},
    {"columns", "columns of cells.csv", &of_cells, &a_table_of_columns},
    {"epoch-columns", "columns of epochs.csv", &of_epochs, &a_table_of_columns},
    {"class-columns", "columns of classes.csv", &of_classes, &a_table_of_columns},
    {"evaluation-columns", "columns of evaluations.csv", &of_evaluations, &a_table_of_columns},
    {"tuning-columns", "columns of tuning.csv", tuning_columns, &columns_of_tuning},
    {"gradient-columns", "columns of gradients.csv, after the settings", gradient_columns, &columns_of_gradients},
};

enum { LISTS = sizeof lists / sizeof *lists };

/* The list of that name; NULL, and an error, if there is none. */
static const struct list *find_list(const char *name, struct error *error)
{
    const char *names[LISTS];
    for (int i = 0; i < LISTS; i++) {
        names[i] = lists[i].name;
        if (strcmp(names[i], name) == 0) return &lists[i];
    }
    const char *nearest = option_nearest(name, names, LISTS);
    if (nearest)
        error_set(error, "no list '%s'; did you mean '%s'?", name, nearest);
    else
        error_set(error, "no list '%s'; 'partgrad list' shows them", name);
    return NULL;
}

static void print_all(void)
{
    for (int i = 0; i < LISTS; i++) {
        printf("%s%s - %s\n", i ? "\n" : "", lists[i].name, lists[i].summary);
        lists[i].kind->print(lists[i].what);
    }
}

/* One list, or all. */
static int print_rows(const struct list *one, enum listing_format format, struct error *error)
{
    struct listing listing = {0};
    for (size_t c = 0; c < sizeof row_columns / sizeof *row_columns; c++)
        listing_column(&listing, row_columns[c], LISTING_TEXT, 0);
    for (int i = 0; i < LISTS; i++)
        if (!one || one == &lists[i]) lists[i].kind->list(&listing, lists[i].name, lists[i].what);
    int status = listing_print(&listing, format, stdout, error);
    listing_release(&listing);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    const struct list *one = line->count > 0 ? find_list(line->arguments[0], error) : NULL;
    if (line->count > 0 && !one) return COMMAND_USAGE;
    if (options->format != LISTING_TABLE) return print_rows(one, (enum listing_format)options->format, error);
    if (one)
        one->kind->print(one->what);
    else
        print_all();
    return 0;
}

const struct command cmd_list = {
    .name = "list",
    .arguments = "[LIST]",
    .summary = "list strategies, losses, samplers, models, data sets, settings and columns",
    .fields = fields,
    .options_size = sizeof(struct options),
    .most = 1,
    .run = run,
};
