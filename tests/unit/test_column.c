/* test_column.c - the tables of CSV columns, and how records become rows. */
#include <criterion/criterion.h>

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "harness/tables/column.h"

static const struct plugin plugin = {"some_plugin", "", NULL, 0};

/* A cell whose settings are all different. */
static struct cell make_cell(void)
{
    struct cell cell = {.name = "balanced-b8-m2-p0.25-first-s3", .identity = "0123456789abcdef"};
    struct choice choice = {&plugin, NULL};
    settings_defaults(&cell.settings);
    strcpy(cell.settings.dataset, "birds");
    cell.settings.model = cell.settings.loss = cell.settings.sampler = cell.settings.strategy = choice;
    cell.settings.batch_size = 8;
    cell.settings.samples_per_class = 2;
    cell.settings.portion = 0.25;
    cell.settings.seed = 3;
    return cell;
}

static struct cell_record make_record(void)
{
    return (struct cell_record){.status = "ok", .metrics = metrics_none(), .others_share = NAN, .cells_beside = NAN};
}

/* What is written, by a row or, without a record, by a header; the caller frees. */
static char *write_text(const struct column_table *columns, const struct cell *cell, const void *record)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (record)
        column_write_row(stream, columns, cell, record);
    else
        column_write_header(stream, columns);
    fclose(stream);
    return text;
}

/* A record as a table of one row, as a reader gets it. */
static struct csv_table write_table(const struct column_table *columns, const struct cell *cell, const void *record)
{
    struct csv_table table;
    struct error error;
    char path[] = "/tmp/partgrad-columns-XXXXXX", *header = write_text(columns, NULL, NULL),
         *row = write_text(columns, cell, record);
    FILE *stream = fdopen(mkstemp(path), "w");
    fputs(header, stream);
    fputs(row, stream);
    fclose(stream);
    cr_assert_eq(csv_read(&table, path, &error), 0, "%s", error.message);
    cr_assert_eq(table.row_count, 1);
    remove(path);
    free(header);
    free(row);
    return table;
}

static void has(const struct csv_table *table, const char *column, const char *value)
{
    int found = csv_column(table, column);
    cr_assert_geq(found, 0, "no column %s", column);
    cr_expect_str_eq(csv_text(table, 0, found), value, "%s is %s", column, csv_text(table, 0, found));
}

/* ---- the tables ---- */

static void check_names(const struct column_table *columns)
{
    cr_assert_gt(columns->count, 0);
    cr_assert_leq(columns->count, COLUMNS_MAX);
    for (int c = 0; c < columns->count; c++) {
        const char *name = column_name(columns, c), *meaning = column_meaning(columns, c);
        cr_expect(meaning && meaning[0], "%s has no meaning", name);
        cr_expect_null(strchr(meaning, '\n'), "%s", name);
        for (const char *at = name; *at; at++)
            cr_expect(islower((unsigned char)*at) || isdigit((unsigned char)*at) || *at == '_', "%s", name);
        for (int other = 0; other < c; other++) cr_expect_str_neq(column_name(columns, other), name);
    }
}

Test(column, names_are_plain_and_different_and_have_a_meaning)
{
    static void (*const all[])(struct column_table *) = {columns_of_cells, columns_of_epochs, columns_of_steps,
                                                         columns_of_classes, columns_of_evaluations};
    for (size_t a = 0; a < sizeof all / sizeof *all; a++) {
        struct column_table columns;
        all[a](&columns);
        check_names(&columns);
    }
}

static int find_column(const struct column_table *columns, const char *name)
{
    for (int c = 0; c < columns->count; c++)
        if (strcmp(column_name(columns, c), name) == 0) return c;
    return -1;
}

Test(column, cells_have_the_columns_that_readers_know)
{
    static const char *const known[] = {"cell",           "status",    "error",        "dataset",
                                        "model",          "loss",      "sampler",      "strategy",
                                        "portion",        "seed",      "backprop",     "batch_size",
                                        "gradient_scale", "precision", "image_size",   "epochs",
                                        "settings",       "selected",  "loss_options", "optimizer_learning_rate",
                                        "pack_checksum",  "threads",   "commit"};
    struct column_table columns;
    columns_of_cells(&columns);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        cr_expect_geq(find_column(&columns, known[k]), 0, "%s", known[k]);
    cr_expect_str_eq(column_name(&columns, 0), "cell");
    cr_expect_str_eq(column_name(&columns, 1), "status");
    cr_expect_str_eq(column_name(&columns, 2), "error");
}

/* So a metric or a setting takes one row of its own table, and none here. */
Test(column, every_metric_and_every_setting_but_requests_is_a_column_of_cells_once)
{
    struct column_table columns;
    columns_of_cells(&columns);
    for (const struct metric *metric = metrics_table; metric->name; metric++) {
        int c = find_column(&columns, metric->name);
        cr_assert_geq(c, 0, "%s", metric->name);
        cr_expect_eq(columns.column[c].varies, metric->is_cost, "%s", metric->name);
        cr_expect_str_eq(column_meaning(&columns, c), metric->meaning);
    }
    for (int a = 0; a < columns.axes.count; a++) {
        int c = find_column(&columns, columns.axes.axis[a].column);
        if (axis_is_request(&columns.axes.axis[a])) {
            cr_expect_eq(c, -1, "%s", columns.axes.axis[a].column);
            continue;
        }
        cr_assert_geq(c, 0, "%s", columns.axes.axis[a].column);
        cr_expect_eq(columns.column[c].axis, a);
    }
}

Test(column, epochs_have_the_metrics_that_belong_there)
{
    struct column_table columns;
    columns_of_epochs(&columns);
    for (const struct metric *metric = metrics_table; metric->name; metric++)
        cr_expect_eq(find_column(&columns, metric->name) >= 0, metric->in_epochs, "%s", metric->name);
}

Test(column, metrics_are_told_once_each)
{
    for (const struct metric *metric = metrics_table; metric->name; metric++) {
        cr_expect(metric->label && metric->label[0], "%s", metric->name);
        cr_expect_eq(metric_find(metric->name), metric);
        cr_expect_lt(metric->offset, sizeof(struct metrics), "%s", metric->name);
        cr_expect_not_null(metric_formats[metric->unit].name, "%s", metric->name);
        for (const struct metric *other = metrics_table; other < metric; other++) {
            cr_expect_neq(other->offset, metric->offset, "%s and %s", other->name, metric->name);
            cr_expect_str_neq(other->label, metric->label);
        }
    }
    cr_expect_null(metric_find("nonsense"));
    cr_expect_null(metric_find(""));
}

/* A member without a row would be written nowhere. */
Test(column, every_member_of_the_metrics_has_a_row)
{
    size_t rows = 0;
    struct metrics none = metrics_none();
    for (const struct metric *metric = metrics_table; metric->name; metric++, rows++)
        cr_expect(isnan(*(const double *)((const char *)&none + metric->offset)), "%s", metric->name);
    cr_expect_eq(rows * sizeof(double), sizeof(struct metrics));
}

Test(column, time_memory_and_place_vary_and_nothing_else)
{
    static const char *const varying[] = {"bytes", "second", "seconds",   "milliseconds", "at",
                                          "host",  "cpu",    "libraries", "commit",       "beside"};
    struct column_table columns;
    columns_of_cells(&columns);
    for (int c = 0; c < columns.count; c++) {
        const char *name = column_name(&columns, c), *end = strrchr(name, '_');
        int expected = 0;
        for (size_t i = 0; i < sizeof varying / sizeof *varying; i++)
            expected |= strcmp(end ? end + 1 : name, varying[i]) == 0;
        if (strcmp(name, "recall_at") == 0) expected = 0;    /* no time */
        if (strcmp(name, "others_share") == 0) expected = 1; /* other shares are settings, or results */
        cr_expect_eq(columns.column[c].varies, expected, "%s", name);
    }
}

/* ---- rows ---- */

Test(column, each_metric_stands_in_its_own_column)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct cell_record record = make_record();
    double value = 1;
    for (const struct metric *metric = metrics_table; metric->name; metric++)
        *(double *)((char *)&record.metrics + metric->offset) = value++;
    columns_of_cells(&columns);
    struct csv_table table = write_table(&columns, &cell, &record);
    value = 1;
    for (const struct metric *metric = metrics_table; metric->name; metric++)
        cr_expect_eq(csv_number(&table, 0, csv_column(&table, metric->name)), value++, "%s", metric->name);
    csv_release(&table);
}

Test(column, cells_say_what_they_are)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct cell_record record = make_record();
    record.selected = 2;
    record.epochs = 5;
    record.cells_beside = 3;
    strcpy(record.started_at, "2026-01-31T12:00:00Z");
    strcpy(record.commit, "c");
    columns_of_cells(&columns);
    struct csv_table table = write_table(&columns, &cell, &record);
    has(&table, "cell", "balanced-b8-m2-p0.25-first-s3");
    has(&table, "settings", "0123456789abcdef");
    has(&table, "status", "ok");
    has(&table, "dataset", "birds");
    has(&table, "sampler", "some_plugin");
    has(&table, "sampler_options", "");
    has(&table, "batch_size", "8");
    has(&table, "portion", "0.25");
    has(&table, "seed", "3");
    has(&table, "backprop", "auto");
    has(&table, "optimizer", "adamw");
    has(&table, "optimizer_learning_rate", "0.001");
    has(&table, "flip", "true");
    has(&table, "selected", "2");
    has(&table, "epochs", "10");
    has(&table, "epochs_finished", "5");
    has(&table, "test_recall_at_1", "");
    has(&table, "started_at", "2026-01-31T12:00:00Z");
    has(&table, "commit", "c");
    has(&table, "others_share", "");
    has(&table, "cells_beside", "3");
    csv_release(&table);
}

Test(column, epochs_become_rows)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct epoch_record epoch = {.epoch = 4, .learning_rate = 1e-5, .metrics = metrics_none()};
    epoch.metrics.full_batch_loss = 1.5;
    epoch.metrics.wall_seconds = 9;
    columns_of_epochs(&columns);
    struct csv_table table = write_table(&columns, &cell, &epoch);
    has(&table, "cell", "balanced-b8-m2-p0.25-first-s3");
    has(&table, "settings", "0123456789abcdef");
    has(&table, "strategy", "some_plugin");
    has(&table, "epoch", "4");
    has(&table, "learning_rate", "1e-05");
    has(&table, "full_batch_loss", "1.5");
    has(&table, "test_map_at_r", "");
    has(&table, "wall_seconds", "9");
    csv_release(&table);
}

Test(column, steps_become_rows)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct step_record step = {.epoch = 1, .step = 2, .gradient_cosine = NAN, .gradient_norm_ratio = 0.5};
    columns_of_steps(&columns);
    struct csv_table table = write_table(&columns, &cell, &step);
    has(&table, "epoch", "1");
    has(&table, "step", "2");
    has(&table, "gradient_cosine", "");
    has(&table, "gradient_norm_ratio", "0.5");
    csv_release(&table);
}

Test(column, classes_become_rows)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct class_record record = {"test", 7, 3, 2, 1.25, 1.5};
    columns_of_classes(&columns);
    struct csv_table table = write_table(&columns, &cell, &record);
    cr_assert_eq(table.column_count, 8);
    has(&table, "settings", "0123456789abcdef");
    has(&table, "split", "test");
    has(&table, "class", "7");
    has(&table, "queries", "3");
    has(&table, "recall_at_1", "2");
    has(&table, "map_at_r", "1.25");
    has(&table, "r_precision", "1.5");
    csv_release(&table);
}

Test(column, numbers_have_nine_digits_and_bytes_all_of_them)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct cell_record record = make_record();
    record.metrics.full_batch_loss = 1.0 / 3;
    record.metrics.selected_loss = 1e300;
    record.metrics.peak_activation_bytes = 1873906177;
    record.metrics.peak_tensor_bytes = 98765432109.0;
    columns_of_cells(&columns);
    struct csv_table table = write_table(&columns, &cell, &record);
    has(&table, "full_batch_loss", "0.333333333");
    has(&table, "selected_loss", "1e+300");
    has(&table, "peak_activation_bytes", "1873906177");
    has(&table, "peak_tensor_bytes", "98765432109");
    has(&table, "peak_rss_bytes", "");
    csv_release(&table);
}

/* So that a run without failures can be cut at its commas. */
Test(column, options_of_plugins_need_no_quotes)
{
    static const struct plugin *const *const registries[] = {model_registry, loss_registry, sampler_registry,
                                                             strategy_registry};
    struct column_table columns;
    columns_of_cells(&columns);
    for (int r = 0; r < 4; r++)
        for (const struct plugin *const *row = registries[r]; *row; row++) {
            struct cell cell = make_cell();
            struct cell_record record = make_record();
            void *options = calloc(1, (*row)->options_size + 1);
            option_defaults((*row)->fields, options);
            cell.settings.loss = (struct choice){*row, options};
            char *text = write_text(&columns, &cell, &record);
            int commas = 0;
            for (const char *at = text; *at; at++) commas += *at == ',';
            cr_expect_eq(commas, columns.count - 1, "%s: %s", (*row)->name, text);
            cr_expect_null(strchr(text, '"'), "%s", (*row)->name);
            free(text);
            free(options);
        }
}

Test(column, errors_with_commas_quotes_and_newlines_are_quoted)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct cell_record record = make_record();
    record.status = "failed";
    strcpy(record.error, "a, \"b\"\nc");
    columns_of_cells(&columns);
    char *row = write_text(&columns, &cell, &record);
    cr_expect_not_null(strstr(row, ",failed,\"a, \"\"b\"\"\nc\",0123456789abcdef,birds,"), "%s", row);
    free(row);
}

/* Of the longest row of one letter. */
static size_t count_longest(const char *text, char letter)
{
    size_t longest = 0, length = 0;
    for (; *text; text++) {
        length = *text == letter ? length + 1 : 0;
        if (length > longest) longest = length;
    }
    return longest;
}

Test(column, the_longest_texts_fit)
{
    struct column_table columns;
    struct cell cell = make_cell();
    struct cell_record record = make_record();
    memset(record.error, 'e', sizeof record.error - 1);
    memset(cell.settings.dataset, 'd', sizeof cell.settings.dataset - 1);
    memset(cell.name, 'n', sizeof cell.name - 1);
    columns_of_cells(&columns);
    char *row = write_text(&columns, &cell, &record);
    cr_expect_eq(strspn(row, "n"), sizeof cell.name - 1);
    cr_expect_eq(count_longest(row, 'e'), sizeof record.error - 1);
    cr_expect_eq(count_longest(row, 'd'), sizeof cell.settings.dataset - 1);
    free(row);
}
