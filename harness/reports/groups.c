/* groups.c - see groups.h. */
#include "harness/reports/groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static const char *const metric_columns[METRICS] = {
    [METRIC_RECALL] = "test_recall_at_1",      [METRIC_MAP] = "test_map_at_r",
    [METRIC_GAP] = "gap_recall_at_1",          [METRIC_SHARE] = "gradient_norm_share",
    [METRIC_MEMORY] = "peak_activation_bytes", [METRIC_SPEED] = "images_per_second",
};

/* KEY_RUN has no column. */
static const char *const key_columns[KEYS] = {
    [KEY_DATASET] = "dataset",
    [KEY_MODEL] = "model",
    [KEY_LOSS] = "loss",
    [KEY_SAMPLER] = "sampler",
    [KEY_STRATEGY] = "strategy",
    [KEY_BATCH] = "batch_size",
    [KEY_PORTION] = "portion",
    [KEY_PER_CLASS] = "samples_per_class",
    [KEY_BACKPROP] = "backprop",
    [KEY_PRECISION] = "precision",
    [KEY_GRADIENT_SCALE] = "gradient_scale",
    [KEY_ACCUMULATE] = "accumulate",
    [KEY_MEMORY_BANK] = "memory_bank_size",
};

/* Where the columns are in one run's table. */
struct layout {
    int status, key[KEYS], metric[METRICS];
};

const char *aggregate_metric_column(enum aggregate_metric metric)
{
    return metric_columns[metric];
}

struct aggregate_value aggregate_nothing(void)
{
    return (struct aggregate_value){.mean = NAN, .deviation = NAN};
}

void aggregate_add(struct aggregate_value *value, double measured)
{
    if (isnan(measured)) return;
    if (value->count == 0) value->mean = 0;
    value->count++;
    double before = measured - value->mean;
    value->mean += before / value->count;
    value->squares += before * (measured - value->mean);
    if (value->count > 1) value->deviation = sqrt(value->squares / (value->count - 1));
}

int aggregate_agree(const struct aggregate_group *a, const struct aggregate_group *b, unsigned keys)
{
    for (int k = 0; k < KEYS; k++)
        if (keys >> k & 1 && strcmp(a->key[k], b->key[k]) != 0) return 0;
    return 1;
}

static int find_columns(const struct csv_table *table, struct layout *layout, struct error *error)
{
    if (csv_find_column(table, "status", &layout->status, error) != 0) return -1;
    for (int k = 0; k < KEYS; k++) {
        if (k >= KEY_GRADIENT_SCALE)
            layout->key[k] = csv_column(table, key_columns[k]);
        else if (key_columns[k] && csv_find_column(table, key_columns[k], &layout->key[k], error) != 0)
            return -1;
    }
    for (int m = 0; m < METRICS; m++)
        if (csv_find_column(table, metric_columns[m], &layout->metric[m], error) != 0) return -1;
    return 0;
}

static struct aggregate_group make_group(const struct aggregate_run *run, const struct layout *layout, int row)
{
    struct aggregate_group group = {0};
    for (int k = 0; k < KEYS; k++)
        group.key[k] = key_columns[k] ? csv_text(&run->table, row, layout->key[k]) : run->name;
    group.batch_size = csv_number(&run->table, row, layout->key[KEY_BATCH]);
    group.portion = csv_number(&run->table, row, layout->key[KEY_PORTION]);
    for (int m = 0; m < METRICS; m++) group.value[m] = aggregate_nothing();
    return group;
}

/* The group that a row belongs to, a new one where it is the first. Searches backwards: seeds follow one another. */
static struct aggregate_group *find_group(struct aggregate *aggregate, const struct aggregate_group *wanted)
{
    for (int g = aggregate->group_count - 1; g >= 0; g--)
        if (aggregate_agree(&aggregate->groups[g], wanted, ~0u)) return &aggregate->groups[g];
    struct aggregate_group *added = &aggregate->groups[aggregate->group_count++];
    *added = *wanted;
    for (int k = 0; k < KEYS; k++)
        if (!aggregate_agree(&aggregate->groups[0], added, 1u << k)) aggregate->varying |= 1u << k;
    return added;
}

static int add_rows(struct aggregate *aggregate, struct aggregate_run *run, struct error *error)
{
    struct layout layout;
    if (find_columns(&run->table, &layout, error) != 0) return -1;
    run->group = malloc((size_t)run->table.row_count * sizeof *run->group + 1);
    if (!run->group) return error_set(error, "out of memory");
    for (int row = 0; row < run->table.row_count; row++) {
        run->group[row] = -1;
        if (strcmp(csv_text(&run->table, row, layout.status), "ok") != 0) continue;
        struct aggregate_group wanted = make_group(run, &layout, row);
        struct aggregate_group *group = find_group(aggregate, &wanted);
        run->group[row] = (int)(group - aggregate->groups);
        group->cells++;
        for (int m = 0; m < METRICS; m++)
            aggregate_add(&group->value[m], csv_number(&run->table, row, layout.metric[m]));
    }
    return 0;
}

static const char *last_part(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    return slash && slash[1] ? slash + 1 : folder;
}

static const char *name_run(char *const *folders, int count, int run)
{
    for (int r = 0; r < count; r++)
        if (r != run && strcmp(last_part(folders[r]), last_part(folders[run])) == 0) return folders[run];
    return last_part(folders[run]);
}

static int read_tables(struct aggregate *aggregate, char *const *folders, struct error *error)
{
    size_t rows = 0;
    for (int r = 0; r < aggregate->run_count; r++) {
        char *path = file_join(folders[r], "cells.csv");
        int status = csv_read(&aggregate->runs[r].table, path, error);
        free(path);
        if (status != 0) return -1;
        aggregate->runs[r].name = name_run(folders, aggregate->run_count, r);
        rows += (size_t)aggregate->runs[r].table.row_count;
    }
    aggregate->groups = calloc(rows + 1, sizeof *aggregate->groups);
    return aggregate->groups ? 0 : error_set(error, "out of memory");
}

int aggregate_read(struct aggregate *aggregate, char *const *folders, int count, struct error *error)
{
    *aggregate = (struct aggregate){.run_count = count, .runs = calloc((size_t)count, sizeof *aggregate->runs)};
    int status = aggregate->runs ? read_tables(aggregate, folders, error) : error_set(error, "out of memory");
    for (int r = 0; r < count && status == 0; r++) {
        status = add_rows(aggregate, &aggregate->runs[r], error);
        if (status != 0) error_context(error, "%s/cells.csv", folders[r]);
    }
    if (status != 0) aggregate_release(aggregate);
    return status;
}

void aggregate_release(struct aggregate *aggregate)
{
    for (int r = 0; aggregate->runs && r < aggregate->run_count; r++) {
        csv_release(&aggregate->runs[r].table);
        free(aggregate->runs[r].group);
    }
    for (int g = 0; g < aggregate->group_count; g++) free(aggregate->groups[g].epochs);
    free(aggregate->runs);
    free(aggregate->groups);
    *aggregate = (struct aggregate){0};
}
