/* classes.c - see classes.h. */
#include "harness/reports/comparison/classes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/comparison/bootstrap.h"

/* ---- the tables ---- */

/* The key of a cell's rows of one split; the caller frees. */
static char *cell_key(const char *cell, const char *settings, const char *split, int split_length)
{
    char *key = NULL;
    return asprintf(&key, "%s\x1f%s\x1f%.*s", cell, settings, split_length, split) < 0 ? NULL : key;
}

/* The key of the row; a table without splits has test classes. */
static char *row_key(const struct classes_run *run, int row)
{
    const char *split = run->split < 0 ? "test" : csv_text(&run->table, row, run->split);
    return cell_key(csv_text(&run->table, row, run->cell), csv_text(&run->table, row, run->settings), split,
                    (int)strlen(split));
}

/* Chains the rows of each cell and split. */
static int chain_rows(struct classes_run *run)
{
    int status = 0;
    int *heads = malloc(((size_t)run->table.row_count + 1) * sizeof *heads);
    run->next = malloc(((size_t)run->table.row_count + 1) * sizeof *run->next);
    if (!heads || !run->next) status = -1;
    for (int row = 0; row < run->table.row_count && status == 0; row++) {
        char *key = row_key(run, row);
        int first = key ? index_add(&run->firsts, key, row) : -1;
        free(key);
        run->next[row] = -1;
        if (first < 0) status = -1;
        if (first >= 0 && first != row) run->next[heads[first]] = row;
        if (first >= 0) heads[first] = row;
    }
    free(heads);
    return status;
}

static int take_table(struct classes_run *run, struct error *error)
{
    run->split = csv_column(&run->table, "split");
    if (csv_find_column(&run->table, "cell", &run->cell, error) != 0 ||
        csv_find_column(&run->table, "settings", &run->settings, error) != 0 ||
        csv_find_column(&run->table, "class", &run->name, error) != 0 ||
        csv_find_column(&run->table, "queries", &run->queries, error) != 0)
        return -1;
    return chain_rows(run) == 0 ? 0 : error_set(error, "out of memory");
}

static int read_run(struct classes_run *run, const char *folder, struct error *error)
{
    char *path = file_join(folder, "classes.csv");
    int status = 0;
    if (file_exists(path)) {
        status = csv_read(&run->table, path, error);
        if (status == 0 && take_table(run, error) != 0) status = error_context(error, "%s", path);
    }
    free(path);
    return status;
}

int classes_read(struct classes *classes, const struct results *results, struct error *error)
{
    *classes = (struct classes){results, calloc((size_t)results->run_count + 1, sizeof *classes->runs)};
    int status = classes->runs ? 0 : error_set(error, "out of memory");
    for (int r = 0; r < results->run_count && status == 0; r++)
        status = read_run(&classes->runs[r], results->runs[r].folder, error);
    if (status != 0) classes_release(classes);
    return status;
}

void classes_release(struct classes *classes)
{
    for (int r = 0; classes->runs && r < classes->results->run_count; r++) {
        csv_release(&classes->runs[r].table);
        index_release(&classes->runs[r].firsts);
        free(classes->runs[r].next);
    }
    free(classes->runs);
    *classes = (struct classes){0};
}

/* ---- sums by seed and class ---- */

struct gathering {
    const struct classes *classes;
    const char *metric, *column; /* "test_map_at_r", "map_at_r" */
    int split_length;            /* of "test" in the metric's name */
    int count;
    const char **names; /* (count) of the classes, in alphabetical order */
    struct index positions;
    double *queries; /* (count) */
    double *sums;    /* (seeds, count) */
};

/* The cell's first row of the metric's split; -1 if there is none. */
static int first_row(const struct gathering *gathering, struct results_cell cell)
{
    const struct results *results = gathering->classes->results;
    const struct classes_run *run = &gathering->classes->runs[cell.run];
    char *key = cell_key(results_text(results, cell, "cell"), results_text(results, cell, "settings"),
                         gathering->metric, gathering->split_length);
    int row = key && run->next ? index_find(&run->firsts, key) : -1;
    free(key);
    return row;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lists the classes of a cell that have queries. */
static int list_classes(struct gathering *gathering, struct results_cell cell)
{
    const struct classes_run *run = &gathering->classes->runs[cell.run];
    gathering->names = malloc(((size_t)run->table.row_count + 1) * sizeof *gathering->names);
    if (!gathering->names) return -1;
    for (int row = first_row(gathering, cell); row >= 0; row = run->next[row])
        if (csv_number(&run->table, row, run->queries) > 0)
            gathering->names[gathering->count++] = csv_text(&run->table, row, run->name);
    qsort(gathering->names, (size_t)gathering->count, sizeof *gathering->names, compare_names);
    for (int c = 0; c < gathering->count; c++)
        if (index_add(&gathering->positions, gathering->names[c], c) != c) return -1; /* or the class is there twice */
    return 0;
}

/* Reads the sums of one cell's classes into sums (count). The first cell also sets the numbers of queries. */
static enum classes_state read_cell(struct gathering *gathering, struct results_cell cell, double *sums)
{
    const struct classes_run *run = &gathering->classes->runs[cell.run];
    int column = run->next ? csv_column(&run->table, gathering->column) : -1, found = 0;
    double sum = 0, all = 0;
    if (column < 0 || first_row(gathering, cell) < 0) return CLASSES_ABSENT;
    for (int row = first_row(gathering, cell); row >= 0; row = run->next[row]) {
        double queries = csv_number(&run->table, row, run->queries);
        if (!(queries > 0)) continue;
        int at = index_find(&gathering->positions, csv_text(&run->table, row, run->name));
        if (at < 0) return CLASSES_UNLIKE;
        if (gathering->queries[at] == 0) gathering->queries[at] = queries;
        if (gathering->queries[at] != queries) return CLASSES_UNLIKE;
        sums[at] = csv_number(&run->table, row, column);
        sum += sums[at];
        all += queries;
        found++;
    }
    if (found != gathering->count) return CLASSES_UNLIKE;
    double expected = results_measure(gathering->classes->results, cell, metric_find(gathering->metric));
    return fabs(sum / all - expected) < 1e-6 ? CLASSES_FOUND : CLASSES_WRONG;
}

/* Adds a pair's differences to its seed, weighted so that the seed has the mean of its pairs. */
static enum classes_state add_pair(struct gathering *gathering, const struct classes_pair *pair, double weight,
                                   double *scratch)
{
    double *sums = scratch, *reference = scratch + gathering->count;
    double *seed = gathering->sums + (size_t)pair->seed * (size_t)gathering->count;
    enum classes_state state = read_cell(gathering, pair->cell, sums);
    if (state == CLASSES_FOUND) state = read_cell(gathering, pair->reference, reference);
    for (int c = 0; c < gathering->count && state == CLASSES_FOUND; c++) seed[c] += weight * (sums[c] - reference[c]);
    return state;
}

static enum classes_state add_pairs(struct gathering *gathering, const struct classes_pair *pairs, int count)
{
    double *scratch = malloc(2 * (size_t)gathering->count * sizeof *scratch);
    enum classes_state state = scratch ? CLASSES_FOUND : CLASSES_OUT_OF_MEMORY;
    for (int p = 0; p < count && state == CLASSES_FOUND; p++) {
        int alike = 0;
        for (int other = 0; other < count; other++) alike += pairs[other].seed == pairs[p].seed;
        state = add_pair(gathering, &pairs[p], 1.0 / alike, scratch);
    }
    free(scratch);
    return state;
}

static enum classes_state gather(struct gathering *gathering, const struct classes_pair *pairs, int count, int seeds)
{
    if (first_row(gathering, pairs[0].cell) < 0) return CLASSES_ABSENT;
    if (list_classes(gathering, pairs[0].cell) != 0) return CLASSES_UNLIKE;
    if (gathering->count < 2) return CLASSES_NOT_ASKED;
    gathering->queries = calloc((size_t)gathering->count, sizeof *gathering->queries);
    gathering->sums = calloc((size_t)gathering->count * (size_t)seeds, sizeof *gathering->sums);
    if (!gathering->queries || !gathering->sums) return CLASSES_OUT_OF_MEMORY;
    return add_pairs(gathering, pairs, count);
}

/* Splits "test_map_at_r" into split and column; returns 0 if the metric is not a mean over queries. */
static int find_column(struct gathering *gathering)
{
    static const char *const means[] = {"_recall_at_1", "_map_at_r", "_r_precision"};
    size_t length = strlen(gathering->metric);
    for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
        if (length <= strlen(means[m])) continue;
        const char *end = gathering->metric + length - strlen(means[m]);
        if (strcmp(end, means[m]) != 0 || strncmp(gathering->metric, "gap_", 4) == 0) continue;
        gathering->column = end + 1;
        gathering->split_length = (int)(end - gathering->metric);
        return metric_find(gathering->metric) != NULL;
    }
    return 0;
}

enum classes_state classes_interval(const struct classes *classes, const char *metric, const struct classes_pair *pairs,
                                    int count, int seeds, double *low, double *high)
{
    struct gathering gathering = {.classes = classes, .metric = metric};
    if (!find_column(&gathering) || seeds < 2 || count < 1) return CLASSES_NOT_ASKED;
    enum classes_state state = gather(&gathering, pairs, count, seeds);
    struct bootstrap from = {seeds, gathering.count, gathering.sums, gathering.queries};
    if (state == CLASSES_FOUND && bootstrap_interval(&from, low, high) != 0) state = CLASSES_OUT_OF_MEMORY;
    free(gathering.names);
    free(gathering.queries);
    free(gathering.sums);
    index_release(&gathering.positions);
    return state;
}
