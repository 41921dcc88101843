/* results.c - see results.h. */
#include "harness/reports/comparison/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEPARATOR = '\x1f' };

const char *const results_provenance[PROVENANCES] = {
    [PROVENANCE_HOST] = "host",
    [PROVENANCE_CPU] = "cpu",
    [PROVENANCE_LIBRARIES] = "libraries",
    [PROVENANCE_COMMIT] = "commit",
};
const double results_disturbed_share = 0.25;
const char results_tuned[] = "tuned";

int results_axis_count(const struct results *results)
{
    return results->axes.count + 1;
}

const char *results_identity(const struct results *results, struct results_cell cell)
{
    const struct results_run *run = &results->runs[cell.run];
    const char *hash = csv_text(&run->table, cell.row, run->settings);
    return strcmp(hash, axis_unknown) == 0 ? "" : hash;
}

/* The columns whose values trials chose, separated by spaces; "" unless the cell is a final one of a tuned run. */
static const char *tuned_columns(const struct results *results, struct results_cell cell)
{
    const struct results_run *run = &results->runs[cell.run];
    return run->trials ? "" : csv_text(&run->table, cell.row, run->tuned);
}

static int is_tuned(const struct results *results, struct results_cell cell, int axis)
{
    const char *tuned = tuned_columns(results, cell), *column = results->axes.axis[axis].column;
    size_t length = strlen(column);
    while (*tuned) {
        size_t word = strcspn(tuned, " ");
        if (word == length && strncmp(tuned, column, length) == 0) return 1;
        tuned += word + strspn(tuned + word, " ");
    }
    return 0;
}

const char *results_value(const struct results *results, struct results_cell cell, int axis)
{
    const struct results_run *run = &results->runs[cell.run];
    if (axis == results->axes.count) return results_identity(results, cell)[0] ? "" : run->name;
    if (axis == results->idle_steps) return "0";
    if (is_tuned(results, cell, axis)) return results_tuned;
    return axes_value(&results->axes.axis[axis], &run->table, cell.row, run->axis[axis]);
}

int results_same_data(const struct results *results, struct results_cell a, struct results_cell b)
{
    for (int axis = 0; axis < results->axes.count; axis++)
        if (axis_is_of_data(&results->axes.axis[axis]) &&
            strcmp(results_value(results, a, axis), results_value(results, b, axis)) != 0)
            return 0;
    return 1;
}

const char *results_text(const struct results *results, struct results_cell cell, const char *column)
{
    const struct csv_table *table = &results->runs[cell.run].table;
    int at = csv_column(table, column);
    if (at >= 0) return csv_text(table, cell.row, at);
    if (strcmp(column, "run") == 0) return results->runs[cell.run].name;
    int axis = axes_find(&results->axes, column);
    return axis >= 0 ? axis_absent(&results->axes.axis[axis]) : "";
}

double results_measure(const struct results *results, struct results_cell cell, const struct metric *metric)
{
    const struct results_run *run = &results->runs[cell.run];
    return csv_number(&run->table, cell.row, run->metric[metric - metrics_table]);
}

double results_number(const struct results *results, struct results_cell cell, const char *column)
{
    const struct metric *metric = metric_find(column);
    const struct csv_table *table = &results->runs[cell.run].table;
    return metric ? results_measure(results, cell, metric) : csv_number(table, cell.row, csv_column(table, column));
}

int results_has_column(const struct results *results, const char *column)
{
    for (int r = 0; r < results->run_count; r++)
        if (csv_column(&results->runs[r].table, column) >= 0) return 1;
    return strcmp(column, "run") == 0 || axes_find(&results->axes, column) >= 0;
}

double results_others_share(const struct results *results, struct results_cell cell)
{
    const struct csv_table *table = &results->runs[cell.run].table;
    return csv_number(table, cell.row, csv_column(table, "others_share"));
}

int results_is_disturbed(const struct results *results, struct results_cell cell)
{
    return results_others_share(results, cell) > results_disturbed_share;
}

int results_is_tuned(const struct results *results, struct results_cell cell)
{
    return tuned_columns(results, cell)[0] != '\0';
}

/* ---- keys ---- */

char *results_key(const struct results *results, struct results_cell cell, const char *include)
{
    char *key = NULL;
    size_t size;
    FILE *stream = open_memstream(&key, &size);
    if (!stream) return NULL;
    for (int a = 0; a < results_axis_count(results); a++)
        if (include[a]) fprintf(stream, "%s%c", results_value(results, cell, a), SEPARATOR);
    if (fclose(stream) == 0) return key;
    free(key);
    return NULL;
}

/* ---- memory ---- */

int results_list_add(struct results_list *list, struct results_cell cell)
{
    if ((list->count & (list->count - 1)) == 0) { /* full: a power of two */
        size_t room = list->count ? 2 * (size_t)list->count : 1;
        struct results_cell *cells = realloc(list->cells, room * sizeof *cells);
        if (!cells) return -1;
        list->cells = cells;
    }
    list->cells[list->count++] = cell;
    return 0;
}

void results_release(struct results *results)
{
    for (int r = 0; results->runs && r < results->run_count; r++) {
        csv_release(&results->runs[r].table);
        free(results->runs[r].metric);
    }
    free(results->runs);
    free(results->ok.cells);
    free(results->failed.cells);
    free(results->aside.cells);
    *results = (struct results){0};
}
