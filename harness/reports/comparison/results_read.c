/* results_read.c - see results.h: the part that reads tables. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/index.h"
#include "harness/reports/comparison/results.h"

enum { SEPARATOR = '\x1f' };

/* State while the rows are read. */
struct reading {
    struct results *results;
    const char *apart;     /* NULL: nothing */
    struct index seen;     /* identities: the position in results->ok */
    struct index rows;     /* whole rows, to find repeated ones */
    struct index expected; /* identities that the current run's experiment asks for */
    struct index found;    /* those of them that have a row */
};

static const char *field(const struct results *results, struct results_cell cell, const char *column)
{
    const struct csv_table *table = &results->runs[cell.run].table;
    return csv_text(table, cell.row, csv_column(table, column));
}

/* ---- keys ---- */

/* The identity's hash, or all axes if the table has none, and the value of `apart`. The caller frees; NULL if memory
 * runs out. */
static char *identity_key(const struct reading *reading, struct results_cell cell)
{
    const struct results *results = reading->results;
    char all[AXES_MAX + 1], *key = NULL, *joined = NULL;
    memset(all, 1, sizeof all);
    const char *hash = results_identity(results, cell);
    char *axes = hash[0] ? strdup(hash) : results_key(results, cell, all);
    const char *apart = reading->apart ? results_text(results, cell, reading->apart) : "";
    if (axes && asprintf(&joined, "%s%c%s", axes, SEPARATOR, apart) >= 0) key = joined;
    free(axes);
    return key;
}

/* All fields of the row with their columns' names. The caller frees; NULL if memory runs out. */
static char *row_key(const struct csv_table *table, int row)
{
    char *key = NULL;
    size_t size;
    FILE *stream = open_memstream(&key, &size);
    if (!stream) return NULL;
    for (int c = 0; c < table->column_count; c++)
        fprintf(stream, "%s=%s%c", table->columns[c], csv_text(table, row, c), SEPARATOR);
    if (fclose(stream) == 0) return key;
    free(key);
    return NULL;
}

/* ---- rows ---- */

/* Fails if two rows of one training run differ in a metric that both tables have, other than a cost. */
static int check_same(const struct results *results, struct results_cell a, struct results_cell b, struct error *error)
{
    const struct results_run *left = &results->runs[a.run], *right = &results->runs[b.run];
    for (const struct metric *metric = metrics_table; metric->name; metric++) {
        int at = left->metric[metric - metrics_table], other = right->metric[metric - metrics_table];
        if (metric->is_cost || at < 0 || other < 0) continue;
        const char *first = csv_text(&left->table, a.row, at), *second = csv_text(&right->table, b.row, other);
        if (strcmp(first, second) != 0)
            return error_set(
                error,
                "%s/cells.csv, row %d (%s), and %s/cells.csv, row %d (%s), are the same training by all that "
                "the tables say, but differ in %s (%s and %s); give one run, or 'compare --factor run'",
                left->folder, a.row + 1, field(results, a, "cell"), right->folder, b.row + 1, field(results, b, "cell"),
                metric->name, first[0] ? first : "none", second[0] ? second : "none");
    }
    return 0;
}

/* Whether the first of two rows of one training run is kept. Their times may differ, so the choice must not depend on
 * the order of the folders. */
static int comes_before(const struct results *results, struct results_cell a, struct results_cell b)
{
    char *left = row_key(&results->runs[a.run].table, a.row), *right = row_key(&results->runs[b.run].table, b.row);
    int before = left && right && strcmp(left, right) < 0;
    free(left);
    free(right);
    return before;
}

/* Adds the row of a cell that finished, unless its training run was added already. */
static int add_ok(struct reading *reading, struct results_cell cell, struct error *error)
{
    struct results *results = reading->results;
    char *key = identity_key(reading, cell);
    int at = key ? index_add(&reading->seen, key, results->ok.count) : -1;
    free(key);
    if (at < 0 || (at == results->ok.count && results_list_add(&results->ok, cell) != 0))
        return error_set(error, "out of memory");
    struct results_cell *held = &results->ok.cells[at];
    if (held->run == cell.run && held->row == cell.row) return 0;
    if (check_same(results, *held, cell, error) != 0) return -1;
    results->runs[cell.run].repeated++;
    if (comes_before(results, cell, *held)) *held = cell;
    return 0;
}

/* 1 if an earlier row is equal in all columns, -1 if memory runs out. */
static int is_repeated(struct reading *reading, struct results_cell cell)
{
    int next = (int)reading->rows.count;
    char *key = row_key(&reading->results->runs[cell.run].table, cell.row), *kept = key;
    if (key && reading->apart && asprintf(&kept, "%s%s", key, results_text(reading->results, cell, reading->apart)) < 0)
        kept = NULL;
    int held = kept ? index_add(&reading->rows, kept, next) : -1;
    if (kept != key) free(kept);
    free(key);
    return held < 0 ? -1 : held < next;
}

/* 1 if the row's settings are not in the experiment, -1 if memory runs out. Rows without an identity count as in it. */
static int is_aside(struct reading *reading, struct results_cell cell)
{
    const struct results *results = reading->results;
    const char *hash = results_identity(results, cell);
    if (reading->expected.count > 0 && hash[0] && index_find(&reading->expected, hash) < 0) return 1;
    return index_add(&reading->found, hash[0] ? hash : field(results, cell, "cell"), 0) < 0 ? -1 : 0;
}

/* Whether the row belongs to the part of a tuned run (trials or final cells) that was not asked for. */
static int is_of_other_wave(const struct results *results, struct results_cell cell)
{
    const char *other = results->runs[cell.run].trials ? "final" : "trial";
    return strcmp(field(results, cell, "wave"), other) == 0;
}

static int add_row(struct reading *reading, struct results_cell cell, struct error *error)
{
    struct results *results = reading->results;
    struct results_run *run = &results->runs[cell.run];
    int aside = is_aside(reading, cell), repeated = is_repeated(reading, cell);
    if (aside < 0 || repeated < 0) return error_set(error, "out of memory");
    if (repeated) {
        run->repeated++;
        return 0;
    }
    if (is_of_other_wave(results, cell)) {
        run->other_wave++;
        return 0;
    }
    if (aside) {
        run->aside++;
        return results_list_add(&results->aside, cell) == 0 ? 0 : error_set(error, "out of memory");
    }
    if (strcmp(field(results, cell, "status"), "ok") == 0) return add_ok(reading, cell, error);
    run->failed++;
    return results_list_add(&results->failed, cell) == 0 ? 0 : error_set(error, "out of memory");
}

static int add_rows(struct reading *reading, int r, const struct results_source *source, struct error *error)
{
    struct results_run *run = &reading->results->runs[r];
    int status = 0;
    for (int e = 0; e < source->expected_count && source->expected && status == 0; e++)
        if (index_add(&reading->expected, source->expected[e], e) < 0) status = error_set(error, "out of memory");
    for (int row = 0; row < run->table.row_count && status == 0; row++)
        status = add_row(reading, (struct results_cell){r, row}, error);
    run->pending = run->expected - (int)reading->found.count;
    if (run->pending < 0) run->pending = 0;
    index_release(&reading->expected);
    index_release(&reading->found);
    return status;
}

/* ---- steps ---- */

/* Sets idle_steps. The steps of an equal budget follow from all other settings and from the images of a fold, so they
 * do not distinguish training runs, unless cells agree in everything else, for example if times were measured twice.
 * Returns -1 if memory runs out. */
static int find_idle_steps(struct results *results)
{
    char others[AXES_MAX + 1];
    struct index seen = {0};
    int steps = axes_find(&results->axes, "steps"), found = 0;
    memset(others, 1, sizeof others);
    others[steps] = 0;
    for (int i = 0; i < results->ok.count && found == 0; i++) {
        char *key = results_key(results, results->ok.cells[i], others);
        int at = key ? index_add(&seen, key, i) : -1;
        free(key);
        found = at < 0 ? -1
                       : strcmp(results_value(results, results->ok.cells[at], steps),
                                results_value(results, results->ok.cells[i], steps)) != 0;
    }
    index_release(&seen);
    if (found == 0) results->idle_steps = steps;
    return found < 0 ? -1 : 0;
}

/* ---- tables ---- */

static const char *last_part(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    return slash && slash[1] ? slash + 1 : folder;
}

static const char *name_run(const struct results_source *sources, int count, int run)
{
    for (int r = 0; r < count; r++)
        if (strcmp(sources[r].folder, sources[run].folder) != 0 &&
            strcmp(last_part(sources[r].folder), last_part(sources[run].folder)) == 0)
            return sources[run].folder;
    return last_part(sources[run].folder);
}

/* Whether the axis is unknown for at least one cell of the table. */
static int is_unknown(const struct results_run *run, const struct axis *axis, int column)
{
    int unknown = column < 0 && strcmp(axis_absent(axis), axis_unknown) == 0;
    for (int row = 0; row < run->table.row_count && !unknown; row++)
        unknown = strcmp(axes_value(axis, &run->table, row, column), axis_unknown) == 0;
    return unknown;
}

static int find_columns(struct results_run *run, const struct axes *axes, struct error *error)
{
    static const char *const needed[] = {"cell", "status", "seed"};
    int ignored, metrics = 0;
    for (size_t n = 0; n < sizeof needed / sizeof *needed; n++)
        if (csv_find_column(&run->table, needed[n], &ignored, error) != 0) return -1;
    while (metrics_table[metrics].name) metrics++;
    run->metric = malloc(((size_t)metrics + 1) * sizeof *run->metric);
    if (!run->metric) return error_set(error, "out of memory");
    for (int m = 0; m < metrics; m++) run->metric[m] = csv_column(&run->table, metrics_table[m].name);
    axes_locate(axes, &run->table, run->axis);
    for (int a = 0; a < axes->count; a++) run->unknown += is_unknown(run, &axes->axis[a], run->axis[a]);
    run->settings = csv_column(&run->table, "settings");
    run->tuned = csv_column(&run->table, "tuned");
    return 0;
}

static int read_table(struct results_run *run, const struct axes *axes, struct error *error)
{
    char *path = file_join(run->folder, "cells.csv");
    int status = 0;
    if (!file_exists(path))
        status = error_set(error, "%s is missing: no cell of the run has ended, or 'partgrad gather %s' makes it again",
                           path, run->folder);
    else if ((status = csv_read(&run->table, path, error)) == 0 && (status = find_columns(run, axes, error)) != 0)
        error_context(error, "%s", path);
    free(path);
    return status;
}

int results_read(struct results *results, const struct results_source *sources, int count, const char *apart,
                 struct error *error)
{
    *results =
        (struct results){.run_count = count, .runs = calloc((size_t)count, sizeof *results->runs), .idle_steps = -1};
    struct reading reading = {.results = results, .apart = apart};
    axes_collect(&results->axes);
    int status = results->runs ? 0 : error_set(error, "out of memory");
    for (int r = 0; r < count && status == 0; r++) {
        struct results_run *run = &results->runs[r];
        run->folder = sources[r].folder;
        run->name = name_run(sources, count, r);
        run->expected = sources[r].expected_count;
        run->trials = sources[r].trials;
        status = read_table(run, &results->axes, error);
    }
    for (int r = 0; r < count && status == 0; r++) status = add_rows(&reading, r, &sources[r], error);
    if (status == 0 && find_idle_steps(results) != 0) status = error_set(error, "out of memory");
    index_release(&reading.seen);
    index_release(&reading.rows);
    if (status != 0) results_release(results);
    return status;
}
