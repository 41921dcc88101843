/* groups_epochs.c - see groups.h: the part that reads epochs.csv. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/groups.h"

/* Where the columns are in one run's table. */
struct layout {
    int cell, epoch, metric[METRICS];
};

static int find_columns(const struct csv_table *table, struct layout *layout, struct error *error)
{
    for (int m = 0; m < METRICS; m++) layout->metric[m] = csv_column(table, aggregate_metric_column(m));
    if (csv_find_column(table, "cell", &layout->cell, error) != 0) return -1;
    return csv_find_column(table, "epoch", &layout->epoch, error);
}

/* The row of cells.csv that has this name, -1 where none has; `from` is a good guess. */
static int find_cell(const struct csv_table *cells, int column, const char *name, int from)
{
    for (int i = 0; i < cells->row_count; i++) {
        int row = (from + i) % cells->row_count;
        if (strcmp(csv_text(cells, row, column), name) == 0) return row;
    }
    return -1;
}

static struct aggregate_epoch empty_epoch(int epoch)
{
    struct aggregate_epoch empty = {.epoch = epoch};
    for (int m = 0; m < METRICS; m++) empty.value[m] = aggregate_nothing();
    return empty;
}

/* The group's epoch, put in where it is new; NULL where memory is out. */
static struct aggregate_epoch *find_epoch(struct aggregate_group *group, int epoch)
{
    int at = group->epoch_count;
    while (at > 0 && group->epochs[at - 1].epoch > epoch) at--;
    if (at > 0 && group->epochs[at - 1].epoch == epoch) return &group->epochs[at - 1];
    struct aggregate_epoch *epochs = realloc(group->epochs, (size_t)(group->epoch_count + 1) * sizeof *epochs);
    if (!epochs) return NULL;
    group->epochs = epochs;
    memmove(&epochs[at + 1], &epochs[at], (size_t)(group->epoch_count - at) * sizeof *epochs);
    epochs[at] = empty_epoch(epoch);
    group->epoch_count++;
    return &epochs[at];
}

static int add_row(struct aggregate_group *group, const struct csv_table *table, int row, const struct layout *layout,
                   struct error *error)
{
    double number = csv_number(table, row, layout->epoch);
    if (!(number >= 0 && number <= INT_MAX)) return error_set(error, "row %d has no epoch", row + 1);
    struct aggregate_epoch *epoch = find_epoch(group, (int)number);
    if (!epoch) return error_set(error, "out of memory");
    for (int m = 0; m < METRICS; m++) aggregate_add(&epoch->value[m], csv_number(table, row, layout->metric[m]));
    return 0;
}

static int add_rows(struct aggregate *aggregate, const struct aggregate_run *run, const struct csv_table *table,
                    struct error *error)
{
    struct layout layout;
    int names = csv_column(&run->table, "cell"), cell = 0, status = find_columns(table, &layout, error);
    for (int row = 0; row < table->row_count && status == 0; row++) {
        int found = find_cell(&run->table, names, csv_text(table, row, layout.cell), cell);
        if (found < 0) continue;
        cell = found;
        if (run->group[cell] < 0) continue;
        status = add_row(&aggregate->groups[run->group[cell]], table, row, &layout, error);
    }
    return status;
}

int aggregate_read_epochs(struct aggregate *aggregate, char *const *folders, struct error *error)
{
    int status = 0;
    for (int r = 0; r < aggregate->run_count && status == 0; r++) {
        struct csv_table table;
        char *path = file_join(folders[r], "epochs.csv");
        if (file_exists(path) && (status = csv_read(&table, path, error)) == 0) {
            status = add_rows(aggregate, &aggregate->runs[r], &table, error);
            if (status != 0) error_context(error, "%s", path);
            csv_release(&table);
        }
        free(path);
    }
    return status;
}

int aggregate_evaluations(const struct aggregate_group *group)
{
    int count = 0;
    for (int e = 0; e < group->epoch_count; e++) count += group->epochs[e].value[METRIC_RECALL].count > 0;
    return count;
}
