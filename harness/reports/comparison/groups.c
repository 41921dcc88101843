/* groups.c - see groups.h. */
#include "harness/reports/comparison/groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/index.h"

/* ---- values ---- */

struct groups_value groups_value_none(void)
{
    return (struct groups_value){.mean = NAN, .deviation = NAN};
}

void groups_value_add(struct groups_value *value, double measured)
{
    if (isnan(measured)) return;
    if (value->count == 0) value->mean = 0;
    value->count++;
    double before = measured - value->mean;
    value->mean += before / value->count;
    value->squares += before * (measured - value->mean);
    if (value->count > 1) value->deviation = sqrt(value->squares / (value->count - 1));
}

struct groups_value *groups_values(void)
{
    size_t count = 0;
    while (metrics_table[count].name) count++;
    struct groups_value *values = malloc(count * sizeof *values);
    for (size_t m = 0; values && m < count; m++) values[m] = groups_value_none();
    return values;
}

const struct groups_value *group_value(const struct group *group, const struct metric *metric)
{
    return &group->value[metric - metrics_table];
}

int group_evaluations(const struct group *group, const struct metric *metric)
{
    int count = 0;
    for (int e = 0; e < group->epoch_count; e++) count += group->epochs[e].value[metric - metrics_table].count > 0;
    return count;
}

int groups_is_time(const struct metric *metric)
{
    return metric->unit == UNIT_SECONDS || metric->unit == UNIT_MILLISECONDS || metric->unit == UNIT_RATE;
}

/* ---- groups ---- */

static int check_columns(const struct results *results, struct error *error)
{
    static const char *const needed[] = {"dataset", "model", "loss", "strategy", "batch_size", "portion"};
    int ignored;
    for (int r = 0; r < results->run_count; r++)
        for (size_t n = 0; n < sizeof needed / sizeof *needed; n++)
            if (csv_find_column(&results->runs[r].table, needed[n], &ignored, error) != 0)
                return error_context(error, "%s/cells.csv", results->runs[r].folder);
    return 0;
}

/* Appends a group whose first cell is this one. Returns -1 if memory runs out. */
static int add_group(struct groups *groups, struct results_cell cell)
{
    const struct csv_table *table = &groups->results->runs[cell.run].table;
    struct group *added = &groups->group[groups->count];
    *added = (struct group){.first = cell,
                            .batch_size = csv_number(table, cell.row, csv_column(table, "batch_size")),
                            .portion = csv_number(table, cell.row, csv_column(table, "portion")),
                            .value = groups_values()};
    if (!added->value) return -1;
    groups->count++;
    return 0;
}

/* Makes the groups and sets of_cell. Returns -1 if memory runs out. */
static int assign_cells(struct groups *groups)
{
    const struct results *results = groups->results;
    char include[AXES_MAX + 1];
    struct index keys = {0};
    int status = 0;
    for (int a = 0; a < results_axis_count(results); a++)
        include[a] = a == results->axes.count || !axis_is_repetition(&results->axes.axis[a]);
    for (int i = 0; i < results->ok.count && status == 0; i++) {
        char *key = results_key(results, results->ok.cells[i], include);
        int at = key ? index_add(&keys, key, groups->count) : -1;
        free(key);
        if (at < 0 || (at == groups->count && add_group(groups, results->ok.cells[i]) != 0)) status = -1;
        groups->of_cell[i] = at;
    }
    index_release(&keys);
    return status;
}

static void add_measurements(struct groups *groups)
{
    const struct results *results = groups->results;
    for (int i = 0; i < results->ok.count; i++) {
        struct group *group = &groups->group[groups->of_cell[i]];
        group->cells++;
        group->disturbed += results_is_disturbed(results, results->ok.cells[i]);
    }
    for (int i = 0; i < results->ok.count; i++) {
        struct group *group = &groups->group[groups->of_cell[i]];
        int spoiled = results_is_disturbed(results, results->ok.cells[i]) && group->disturbed < group->cells;
        for (const struct metric *metric = metrics_table; metric->name; metric++)
            if (!spoiled || !groups_is_time(metric))
                groups_value_add(&group->value[metric - metrics_table],
                                 results_measure(results, results->ok.cells[i], metric));
    }
}

int groups_make(struct groups *groups, const struct results *results, struct error *error)
{
    size_t count = (size_t)results->ok.count;
    *groups = (struct groups){.results = results};
    if (check_columns(results, error) != 0) return -1;
    groups->group = calloc(count + 1, sizeof *groups->group);
    groups->of_cell = calloc(count + 1, sizeof *groups->of_cell);
    if (groups->group && groups->of_cell && assign_cells(groups) == 0) {
        add_measurements(groups);
        return 0;
    }
    groups_release(groups);
    return error_set(error, "out of memory");
}

void groups_release(struct groups *groups)
{
    for (int g = 0; g < groups->count; g++) {
        struct group *group = &groups->group[g];
        for (int e = 0; e < group->epoch_count; e++) free(group->epochs[e].value);
        free(group->epochs);
        free(group->steps);
        free(group->value);
    }
    free(groups->group);
    free(groups->of_cell);
    *groups = (struct groups){0};
}
