/* comparison.c - see comparison.h. */
#include "harness/reports/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/student.h"

/* Those that tell most rows apart come first. */
static const char *const keys[] = {
    "seed",      "strategy", "portion",        "batch_size",        "loss",       "sampler",          "dataset",
    "precision", "model",    "gradient_scale", "samples_per_class", "accumulate", "memory_bank_size",
};
enum { KEYS_COUNT = sizeof keys / sizeof *keys };

/* What a strategy that takes the whole batch cannot have in common with others. */
static const char *const portion_keys[] = {"portion", "gradient_scale"};

/* A row of a run's table, and where that table has the keys. */
struct cell_row {
    const struct csv_table *table;
    int row;
    const int *columns; /* (KEYS_COUNT) */
};

static struct cell_row row_of(const struct comparison *comparison, int run, int row)
{
    return (struct cell_row){&comparison->runs[run], row, comparison->columns + (size_t)run * KEYS_COUNT};
}

static const char *text(struct cell_row cell, const char *column)
{
    return csv_text(cell.table, cell.row, csv_column(cell.table, column));
}

static int same_key(struct cell_row a, struct cell_row b, int key)
{
    return strcmp(csv_text(a.table, a.row, a.columns[key]), csv_text(b.table, b.row, b.columns[key])) == 0;
}

static int is_ok(struct cell_row cell)
{
    return strcmp(text(cell, "status"), "ok") == 0;
}

static int is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0) return 1;
    return 0;
}

static int is_partner(const struct comparison_request *request, struct cell_row cell, struct cell_row reference)
{
    int whole = strcmp(request->factor, "strategy") == 0 && strcmp(request->reference, "full") == 0;
    for (int k = 0; k < KEYS_COUNT; k++) {
        if (strcmp(keys[k], request->factor) == 0) continue;
        if (whole && is_among(keys[k], portion_keys, sizeof portion_keys / sizeof *portion_keys)) continue;
        if (!same_key(cell, reference, k)) return 0;
    }
    return is_ok(reference) && strcmp(text(reference, request->factor), request->reference) == 0;
}

/* The first partner in the run itself, else in any; row -1 where there is none. */
static struct cell_row find_partner(const struct comparison *comparison, const struct comparison_request *request,
                                    struct cell_row cell)
{
    struct cell_row found = {.row = -1};
    for (int r = 0; r < comparison->run_count; r++)
        for (int row = 0; row < comparison->runs[r].row_count; row++) {
            struct cell_row candidate = row_of(comparison, r, row);
            if (found.row >= 0 && candidate.table != cell.table) continue;
            if (found.row >= 0 && found.table == cell.table) continue;
            if (is_partner(request, cell, candidate)) found = candidate;
        }
    return found;
}

/* Whether an earlier row is the same training: then it is not another measurement. */
static int is_repeated(const struct comparison *comparison, struct cell_row cell)
{
    for (int r = 0; r < comparison->run_count; r++)
        for (int row = 0; row < comparison->runs[r].row_count; row++) {
            struct cell_row earlier = row_of(comparison, r, row);
            int equal = 1;
            if (earlier.table == cell.table && earlier.row == cell.row) return 0;
            for (int k = 0; k < KEYS_COUNT && equal; k++) equal = same_key(cell, earlier, k);
            if (equal && is_ok(earlier)) return 1;
        }
    return 0;
}

/* The cell's values in the listed columns, "triplet,0.25"; the caller frees. NULL where memory is out. */
static char *join_values(struct cell_row cell, const char *list)
{
    char *joined = NULL, *names = strdup(list), *rest;
    const char *separator = "";
    size_t size;
    FILE *stream = names ? open_memstream(&joined, &size) : NULL;
    for (char *name = stream ? strtok_r(names, ",", &rest) : NULL; name; name = strtok_r(NULL, ",", &rest)) {
        fprintf(stream, "%s%s", separator, text(cell, name));
        separator = ",";
    }
    free(names);
    if (stream && fclose(stream) == 0) return joined;
    free(joined);
    return NULL;
}

/* The row of a level; takes `by` over. */
static struct comparison_row *find_row(struct comparison *comparison, const char *level, char *by)
{
    for (int i = 0; i < comparison->row_count; i++) {
        struct comparison_row *row = &comparison->rows[i];
        if (strcmp(row->level, level) != 0 || strcmp(row->by, by) != 0) continue;
        free(by);
        return row;
    }
    struct comparison_row *row = &comparison->rows[comparison->row_count++];
    *row = (struct comparison_row){level, by, aggregate_nothing(), aggregate_nothing(), aggregate_nothing(), NAN, NAN};
    return row;
}

static int add_cell(struct comparison *comparison, const struct comparison_request *request, struct cell_row cell,
                    struct error *error)
{
    const char *level = text(cell, request->factor);
    if (!is_ok(cell) || strcmp(level, request->reference) == 0 || is_repeated(comparison, cell)) return 0;
    struct cell_row partner = find_partner(comparison, request, cell);
    if (partner.row < 0) return 0;
    double value = csv_number(cell.table, cell.row, csv_column(cell.table, request->metric));
    double other = csv_number(partner.table, partner.row, csv_column(partner.table, request->metric));
    if (isnan(value) || isnan(other)) return 0;
    char *by = join_values(cell, request->by);
    if (!by) return error_set(error, "out of memory");
    struct comparison_row *row = find_row(comparison, level, by);
    aggregate_add(&row->value, value);
    aggregate_add(&row->reference, other);
    aggregate_add(&row->difference, value - other);
    return 0;
}

static void set_interval(struct comparison_row *row)
{
    int pairs = row->difference.count;
    if (pairs < 2) return;
    double reach = student_two_sided(pairs - 1, 0.95) * row->difference.deviation / sqrt(pairs);
    row->low = row->difference.mean - reach;
    row->high = row->difference.mean + reach;
}

static int check_column(const struct csv_table *table, const char *name, const char *folder, struct error *error)
{
    return csv_column(table, name) < 0 ? error_set(error, "%s/cells.csv has no column %s", folder, name) : 0;
}

/* Fails where a column that the request names is not in FOLDER/cells.csv. */
static int check_columns(const struct csv_table *table, const struct comparison_request *request, const char *folder,
                         struct error *error)
{
    char *names = strdup(request->by), *rest;
    if (!names) return error_set(error, "out of memory");
    int status = check_column(table, request->factor, folder, error);
    if (status == 0) status = check_column(table, request->metric, folder, error);
    for (char *name = strtok_r(names, ",", &rest); name && status == 0; name = strtok_r(NULL, ",", &rest))
        status = check_column(table, name, folder, error);
    free(names);
    return status;
}

static int read_runs(struct comparison *comparison, const struct comparison_request *request, char *const *folders,
                     int count, struct error *error)
{
    size_t rows = 0;
    comparison->runs = calloc((size_t)count, sizeof *comparison->runs);
    comparison->columns = calloc((size_t)count * KEYS_COUNT, sizeof *comparison->columns);
    if (!comparison->runs || !comparison->columns) return error_set(error, "out of memory");
    for (int r = 0; r < count; r++) {
        char *path = file_join(folders[r], "cells.csv");
        int status = csv_read(&comparison->runs[r], path, error);
        free(path);
        if (status != 0) return -1;
        for (int k = 0; k < KEYS_COUNT; k++)
            comparison->columns[r * KEYS_COUNT + k] = csv_column(&comparison->runs[r], keys[k]);
        comparison->run_count++;
        if (check_columns(&comparison->runs[r], request, folders[r], error) != 0) return -1;
        rows += (size_t)comparison->runs[r].row_count;
    }
    comparison->rows = calloc(rows + 1, sizeof *comparison->rows);
    return comparison->rows ? 0 : error_set(error, "out of memory");
}

int comparison_read(struct comparison *comparison, const struct comparison_request *request, char *const *folders,
                    int count, struct error *error)
{
    *comparison = (struct comparison){0};
    int status = read_runs(comparison, request, folders, count, error);
    for (int r = 0; r < comparison->run_count; r++)
        for (int row = 0; row < comparison->runs[r].row_count && status == 0; row++)
            status = add_cell(comparison, request, row_of(comparison, r, row), error);
    for (int i = 0; i < comparison->row_count; i++) set_interval(&comparison->rows[i]);
    if (status == 0 && comparison->row_count == 0)
        status = error_set(error, "no cell has a partner with %s %s: nothing to compare", request->factor,
                           request->reference);
    if (status != 0) comparison_release(comparison);
    return status;
}

void comparison_release(struct comparison *comparison)
{
    for (int r = 0; comparison->runs && r < comparison->run_count; r++) csv_release(&comparison->runs[r]);
    for (int i = 0; i < comparison->row_count; i++) free(comparison->rows[i].by);
    free(comparison->runs);
    free(comparison->columns);
    free(comparison->rows);
    *comparison = (struct comparison){0};
}
