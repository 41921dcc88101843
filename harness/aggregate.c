/* aggregate.c - see aggregate.h. */
#include "harness/aggregate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static const char *const metric_columns[METRICS] = {
    [METRIC_RECALL] = "test_recall_at_1",        [METRIC_MAP] = "test_map_at_r",
    [METRIC_GAP] = "gap_recall_at_1",            [METRIC_SHARE] = "gradient_norm_share",
    [METRIC_MEMORY] = "peak_activation_bytes",   [METRIC_SPEED] = "images_per_second",
};

static const char *const key_columns[KEYS] = {
    [KEY_DATASET] = "dataset",   [KEY_MODEL] = "model",           [KEY_LOSS] = "loss",
    [KEY_SAMPLER] = "sampler",   [KEY_STRATEGY] = "strategy",     [KEY_BATCH] = "batch_size",
    [KEY_PER_CLASS] = "samples_per_class", [KEY_PORTION] = "portion", [KEY_BACKPROP] = "backprop",
    [KEY_PRECISION] = "precision",
};

struct aggregate_value aggregate_values(const double *values, int count)
{
    struct aggregate_value value = {.mean = NAN};
    double                 sum = 0, squares = 0;
    for (int i = 0; i < count; i++) {
        if (isnan(values[i])) continue;
        sum += values[i];
        value.count++;
    }
    if (value.count == 0) return value;
    value.mean = sum / value.count;
    for (int i = 0; i < count; i++)
        if (!isnan(values[i])) squares += (values[i] - value.mean) * (values[i] - value.mean);
    if (value.count > 1) value.deviation = sqrt(squares / (value.count - 1));
    return value;
}

static int read_run(struct aggregate_run *run, const char *folder, struct error *error)
{
    char *path = file_join(folder, "cells.csv");
    int   status = csv_read(&run->table, path, error);
    for (int k = 0; k < KEYS + METRICS && status == 0; k++) {
        const char *column = k < KEYS ? key_columns[k] : metric_columns[k - KEYS];
        if (csv_column(&run->table, column) < 0)
            status = error_set(error, "%s has no column %s: 'partgrad run' writes it anew", path, column);
    }
    if (status == 0 && csv_column(&run->table, "status") < 0)
        status = error_set(error, "%s has no column status", path);
    const char *slash = strrchr(folder, '/');
    run->name = slash && slash[1] ? slash + 1 : folder;
    free(path);
    return status;
}

static int is_ok(const struct csv_table *table, int row)
{
    return strcmp(csv_text(table, row, csv_column(table, "status")), "ok") == 0;
}

static int same_group(const struct aggregate_group *a, const struct aggregate_group *b)
{
    if (a->run != b->run) return 0;
    for (int k = 0; k < KEYS; k++)
        if (strcmp(a->key[k], b->key[k]) != 0) return 0;
    return 1;
}

static struct aggregate_group row_group(const struct aggregate *aggregate, int run, int row)
{
    const struct csv_table *table = &aggregate->runs[run].table;
    struct aggregate_group  group = {.run = run};
    for (int k = 0; k < KEYS; k++) group.key[k] = csv_text(table, row, csv_column(table, key_columns[k]));
    group.batch_size = strtod(group.key[KEY_BATCH], NULL);
    group.portion = strtod(group.key[KEY_PORTION], NULL);
    return group;
}

/* The group a row belongs to, a new one where it is the first. */
static struct aggregate_group *find_group(struct aggregate *aggregate, int run, int row)
{
    struct aggregate_group group = row_group(aggregate, run, row);
    for (int g = 0; g < aggregate->group_count; g++)
        if (same_group(&aggregate->groups[g], &group)) return &aggregate->groups[g];
    aggregate->groups[aggregate->group_count] = group;
    return &aggregate->groups[aggregate->group_count++];
}

/* values (rows) is scratch. */
static void fill_group(const struct aggregate *aggregate, struct aggregate_group *group, double *values)
{
    const struct csv_table *table = &aggregate->runs[group->run].table;
    for (int m = 0; m < METRICS; m++) {
        int column = csv_column(table, metric_columns[m]), count = 0;
        for (int row = 0; row < table->row_count; row++) {
            struct aggregate_group other = row_group(aggregate, group->run, row);
            if (is_ok(table, row) && same_group(group, &other)) values[count++] = csv_number(table, row, column);
        }
        group->value[m] = aggregate_values(values, count);
    }
}

int aggregate_read(struct aggregate *aggregate, char *const *folders, int count, struct error *error)
{
    size_t  rows = 0;
    double *values = NULL;
    int     status = -1;
    *aggregate = (struct aggregate){.run_count = count, .runs = calloc((size_t)count, sizeof *aggregate->runs)};
    if (!aggregate->runs) goto done;
    for (int r = 0; r < count; r++) {
        if (read_run(&aggregate->runs[r], folders[r], error) != 0) goto failed;
        rows += (size_t)aggregate->runs[r].table.row_count;
    }
    values = malloc((rows + 1) * sizeof *values);
    aggregate->groups = calloc(rows + 1, sizeof *aggregate->groups);
    if (!values || !aggregate->groups) goto done;
    for (int r = 0; r < count; r++)
        for (int row = 0; row < aggregate->runs[r].table.row_count; row++)
            if (is_ok(&aggregate->runs[r].table, row)) find_group(aggregate, r, row)->cells++;
    for (int g = 0; g < aggregate->group_count; g++) fill_group(aggregate, &aggregate->groups[g], values);
    status = 0;
done:
    if (status != 0) error_set(error, "out of memory");
failed:
    free(values);
    if (status != 0) aggregate_release(aggregate);
    return status;
}

void aggregate_release(struct aggregate *aggregate)
{
    for (int r = 0; aggregate->runs && r < aggregate->run_count; r++) csv_release(&aggregate->runs[r].table);
    free(aggregate->runs);
    free(aggregate->groups);
    *aggregate = (struct aggregate){0};
}
