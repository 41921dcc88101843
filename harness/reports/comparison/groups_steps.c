/* groups_steps.c - see groups.h: the part that reads steps. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/comparison/groups.h"

/* Points of a line; with more, marks would overlap. */
enum { POINTS_MAX = 50 };

const char *const groups_step_metrics[GROUPS_STEP_METRICS] = {"full_batch_loss", "selected_loss"};

/* Gives the group `count` points. Returns -1 if memory runs out. */
static int grow(struct group *group, int count)
{
    if (count <= group->step_count) return 0;
    struct groups_step *steps = realloc(group->steps, (size_t)count * sizeof *steps);
    if (!steps) return -1;
    group->steps = steps;
    for (int s = group->step_count; s < count; s++) {
        steps[s].step = s * group->step_width + (group->step_width + 1) / 2.0;
        for (int m = 0; m < GROUPS_STEP_METRICS; m++) steps[s].value[m] = groups_value_none();
    }
    group->step_count = count;
    return 0;
}

/* Adds the means of a column over every step_width rows, which are a cell's consecutive steps. */
static void add_means(struct group *group, const struct csv_table *table, int metric)
{
    int column = csv_column(table, groups_step_metrics[metric]);
    for (int first = 0; first < table->row_count; first += group->step_width) {
        struct groups_value mean = groups_value_none();
        for (int row = first; row < first + group->step_width && row < table->row_count; row++)
            groups_value_add(&mean, csv_number(table, row, column));
        groups_value_add(&group->steps[first / group->step_width].value[metric], mean.mean);
    }
}

/* Whether the file belongs to this training run, and has a step. */
static int is_of(const struct csv_table *table, const char *settings)
{
    int column = csv_column(table, "settings");
    return table->row_count > 0 && (column < 0 || strcmp(csv_text(table, 0, column), settings) == 0);
}

static int add_table(struct group *group, const struct csv_table *table, struct error *error)
{
    int count = table->row_count;
    if (group->step_width == 0) group->step_width = (count + POINTS_MAX - 1) / POINTS_MAX;
    if (grow(group, (count + group->step_width - 1) / group->step_width) != 0) return error_set(error, "out of memory");
    for (int m = 0; m < GROUPS_STEP_METRICS; m++) add_means(group, table, m);
    return 0;
}

static int read_cell(struct groups *groups, int position, struct error *error)
{
    const struct results *results = groups->results;
    struct results_cell cell = results->ok.cells[position];
    struct group *group = &groups->group[groups->of_cell[position]];
    char *path = file_join(results->runs[cell.run].folder, "cells/%s/steps.csv", results_text(results, cell, "cell"));
    struct csv_table table = {0};
    int status = 0;
    if (file_exists(path)) {
        status = csv_read(&table, path, error);
        if (status == 0 && is_of(&table, results_text(results, cell, "settings")))
            status = add_table(group, &table, error);
        csv_release(&table);
    }
    free(path);
    return status;
}

int groups_read_steps(struct groups *groups, struct error *error)
{
    for (int i = 0; i < groups->results->ok.count; i++)
        if (read_cell(groups, i, error) != 0) return -1;
    return 0;
}
