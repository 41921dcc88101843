/* comparison.c - see comparison.h. */
#include "harness/reports/comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/pairs.h"
#include "harness/reports/student.h"

/* The pairs of one seed in one row of the comparison. */
struct seed {
    int row;
    struct groups_value value, reference, difference;
};

/* While a comparison is made. */
struct making {
    struct comparison *comparison;
    const struct comparison_request *request;
    const struct variation *variation;
    const struct results *results;
    struct index rows;       /* "level, by ...": the row */
    struct index seeds_seen; /* "row, seed": the seed */
    int seed_count;
    struct seed *seeds;
};

/* ---- names ---- */

/* Fails with the columns that could have been meant: what is spelled alike, else what contains the name. */
static int no_such_column(const struct results *results, const char *name, struct error *error)
{
    const char *names[AXES_MAX + 128], *part = NULL;
    int count = 0;
    for (const struct metric *metric = metrics_table; metric->name && count < 64; metric++)
        names[count++] = metric->name;
    for (int a = 0; a < results->axes.count; a++) names[count++] = results->axes.axis[a].column;
    for (int p = 0; p < PROVENANCES; p++) names[count++] = results_provenance[p];
    names[count++] = "run";
    const char *nearest = option_nearest(name, names, count);
    for (int n = 0; n < count && !nearest && !part; n++)
        if (name[0] && strstr(names[n], name)) part = names[n];
    if (nearest || part)
        return error_set(error, "cells.csv has no column %s; did you mean %s?", name, nearest ? nearest : part);
    return error_set(error, "cells.csv has no column %s; 'partgrad list columns' names them all", name);
}

static int check_column(const struct results *results, const char *name, struct error *error)
{
    return results_has_column(results, name) ? 0 : no_such_column(results, name, error);
}

static int add_by(struct comparison *comparison, const char *name, struct error *error)
{
    char **by = realloc(comparison->by, (size_t)(comparison->by_count + 1) * sizeof *by);
    if (by) comparison->by = by;
    char *copy = by ? strdup(name) : NULL;
    if (!copy) return error_set(error, "out of memory");
    by[comparison->by_count++] = copy;
    return 0;
}

/* All that tells cells apart but the factor, and what stands for it. */
static int collect_varying(struct making *making, struct error *error)
{
    const struct axes *axes = &making->results->axes;
    const char *factor = making->request->factor;
    int axis = axes_find(axes, strcmp(factor, "selected") == 0 ? "portion" : factor), status = 0;
    if (making->variation->shown[axes->count] && strcmp(factor, "run") != 0)
        status = add_by(making->comparison, "run", error);
    for (int a = 0; a < axes->count && status == 0; a++)
        if (making->variation->shown[a] && a != axis) status = add_by(making->comparison, axes->axis[a].column, error);
    return status;
}

static int collect_by(struct making *making, struct error *error)
{
    const char *list = making->request->by;
    if (!list[0]) return collect_varying(making, error);
    if (strcmp(list, "none") == 0) return 0;
    char *names = strdup(list), *rest;
    int status = names ? 0 : error_set(error, "out of memory");
    for (char *name = names ? strtok_r(names, ",", &rest) : NULL; name && status == 0;
         name = strtok_r(NULL, ",", &rest)) {
        status = check_column(making->results, name, error);
        if (status == 0) status = add_by(making->comparison, name, error);
    }
    free(names);
    return status;
}

/* ---- rows ---- */

/* The values of the repetition axes: pairs that have the same are not independent. */
static char *seed_key(const struct results *results, struct results_cell cell)
{
    char include[AXES_MAX + 1] = {0};
    for (int a = 0; a < results->axes.count; a++) include[a] = (char)axis_is_repetition(&results->axes.axis[a]);
    return results_key(results, cell, include);
}

static void release_row(struct comparison_row *row, int by_count)
{
    for (int b = 0; row->by && b < by_count; b++) free(row->by[b]);
    free(row->by);
    free(row->level);
}

/* A row for the pair with nothing measured; -1 if memory is out. */
static int make_row(const struct making *making, const struct pair *pair, struct comparison_row *row)
{
    const struct comparison *comparison = making->comparison;
    char text[VARIATION_TEXT_SIZE];
    pairs_level(making->variation, making->results->ok.cells[pair->cell], making->request->factor, text);
    *row = (struct comparison_row){.level = strdup(text),
                                   .by = calloc((size_t)comparison->by_count + 1, sizeof *row->by),
                                   .value = groups_value_none(),
                                   .reference = groups_value_none(),
                                   .difference = groups_value_none(),
                                   .low = NAN,
                                   .high = NAN};
    int failed = !row->level || !row->by;
    for (int b = 0; b < comparison->by_count && !failed; b++) {
        pairs_level(making->variation, making->results->ok.cells[pair->named], comparison->by[b], text);
        row->by[b] = strdup(text);
        failed = !row->by[b];
    }
    if (failed) release_row(row, comparison->by_count);
    return failed ? -1 : 0;
}

/* Level and values as one text; the caller frees. */
static char *row_key(const struct comparison_row *row, int by_count)
{
    char *key = NULL;
    size_t size;
    FILE *stream = open_memstream(&key, &size);
    if (!stream) return NULL;
    fputs(row->level, stream);
    for (int b = 0; b < by_count; b++) fprintf(stream, "\x1f%s", row->by[b]);
    if (fclose(stream) == 0) return key;
    free(key);
    return NULL;
}

/* The position of the pair's row, a new one if it is the first; -1 if memory is out. */
static int find_row(struct making *making, const struct pair *pair)
{
    struct comparison *comparison = making->comparison;
    struct comparison_row row;
    if (make_row(making, pair, &row) != 0) return -1;
    char *key = row_key(&row, comparison->by_count);
    int next = comparison->row_count, at = key ? index_add(&making->rows, key, next) : -1;
    struct comparison_row *rows =
        at == next ? realloc(comparison->rows, (size_t)(next + 1) * sizeof *rows) : comparison->rows;
    free(key);
    if (at != next || !rows) {
        release_row(&row, comparison->by_count);
        return rows ? at : -1;
    }
    comparison->rows = rows;
    rows[comparison->row_count++] = row;
    return at;
}

/* The seed of a row that the pair belongs to, NULL if memory is out. */
static struct seed *find_seed(struct making *making, int row, const struct pair *pair)
{
    char *seed = seed_key(making->results, making->results->ok.cells[pair->named]), *key = NULL;
    int next = making->seed_count, at = -1;
    if (seed && asprintf(&key, "%d,%s", row, seed) >= 0) {
        at = index_add(&making->seeds_seen, key, next);
        free(key);
    }
    free(seed);
    if (at == next) {
        struct seed *seeds = realloc(making->seeds, (size_t)(next + 1) * sizeof *seeds);
        if (!seeds) return NULL;
        making->seeds = seeds;
        seeds[making->seed_count++] = (struct seed){row, groups_value_none(), groups_value_none(), groups_value_none()};
    }
    return at < 0 ? NULL : &making->seeds[at];
}

/* ---- pairs ---- */

static double measure(const struct making *making, struct results_cell cell)
{
    const char *column = making->request->metric;
    const struct metric *metric = metric_find(column);
    const struct csv_table *table = &making->results->runs[cell.run].table;
    return metric ? results_measure(making->results, cell, metric)
                  : csv_number(table, cell.row, csv_column(table, column));
}

/* Whether the cells ran in two places, the factor aside. */
static int is_mixed(const struct making *making, struct results_cell a, struct results_cell b)
{
    for (int p = 0; p < PROVENANCES; p++) {
        const char *column = results_provenance[p];
        if (strcmp(column, making->request->factor) == 0) continue;
        if (strcmp(results_text(making->results, a, column), results_text(making->results, b, column)) != 0) return 1;
    }
    return 0;
}

static int is_disturbed(const struct making *making, struct results_cell cell)
{
    const struct metric *metric = metric_find(making->request->metric);
    return metric && groups_is_time(metric) && results_is_disturbed(making->results, cell);
}

static int add_pair(struct making *making, const struct pair *pair)
{
    struct comparison *comparison = making->comparison;
    struct results_cell cell = making->results->ok.cells[pair->cell],
                        other = making->results->ok.cells[pair->reference];
    double value = measure(making, cell), reference = measure(making, other);
    if (isnan(value)) return results_list_add(&comparison->unmeasured, cell);
    if (isnan(reference)) return results_list_add(&comparison->unmeasured, other);
    int at = find_row(making, pair), mixed = is_mixed(making, cell, other);
    struct seed *seed = at < 0 ? NULL : find_seed(making, at, pair);
    if (!seed) return -1;
    groups_value_add(&seed->value, value);
    groups_value_add(&seed->reference, reference);
    groups_value_add(&seed->difference, value - reference);
    comparison->rows[at].pairs++;
    comparison->rows[at].mixed += mixed;
    comparison->pairs++;
    comparison->mixed += mixed;
    comparison->disturbed += is_disturbed(making, cell) || is_disturbed(making, other);
    return 0;
}

/* Most rows have as many seeds as the one before, and the quantile takes milliseconds. */
static void set_intervals(struct comparison *comparison)
{
    double quantile = 0;
    for (int i = 0, last = 0; i < comparison->row_count; i++) {
        struct comparison_row *row = &comparison->rows[i];
        int seeds = row->difference.count;
        if (seeds < 2) continue;
        if (seeds != last) quantile = student_two_sided(seeds - 1, 0.95);
        double reach = quantile * row->difference.deviation / sqrt(seeds);
        row->low = row->difference.mean - reach;
        row->high = row->difference.mean + reach;
        last = seeds;
    }
}

static int add_pairs(struct making *making, const struct pairs *pairs)
{
    struct comparison *comparison = making->comparison;
    int status = 0;
    for (int p = 0; p < pairs->count && status == 0; p++) status = add_pair(making, &pairs->pair[p]);
    for (int s = 0; s < making->seed_count && status == 0; s++) {
        const struct seed *seed = &making->seeds[s];
        groups_value_add(&comparison->rows[seed->row].value, seed->value.mean);
        groups_value_add(&comparison->rows[seed->row].reference, seed->reference.mean);
        groups_value_add(&comparison->rows[seed->row].difference, seed->difference.mean);
    }
    set_intervals(comparison);
    for (int i = 0; i < making->results->ok.count && status == 0; i++)
        if (!pairs->is_paired[i]) status = results_list_add(&comparison->unpaired, making->results->ok.cells[i]);
    return status;
}

static int find_pairs(struct making *making, struct error *error)
{
    const struct comparison_request *request = making->request;
    struct pairs pairs;
    if (pairs_find(&pairs, making->variation, request->factor, request->reference, error) != 0) return -1;
    int status = add_pairs(making, &pairs) == 0 ? 0 : error_set(error, "out of memory");
    if (status == 0 && pairs.count == 0)
        status = error_set(error,
                           "no cell has a partner with %s %s, the same training but for that: there is nothing to "
                           "compare",
                           request->factor, request->reference);
    else if (status == 0 && making->comparison->pairs == 0)
        status =
            error_set(error, "no pair of cells has numbers in column %s: there is nothing to compare", request->metric);
    pairs_release(&pairs);
    return status;
}

int comparison_make(struct comparison *comparison, const struct comparison_request *request,
                    const struct variation *variation, struct error *error)
{
    struct making making = {
        .comparison = comparison, .request = request, .variation = variation, .results = variation->results};
    *comparison = (struct comparison){0};
    int status = check_column(making.results, request->factor, error);
    if (status == 0 && !metric_find(request->metric)) status = check_column(making.results, request->metric, error);
    if (status == 0) status = collect_by(&making, error);
    if (status == 0 && find_pairs(&making, error) != 0) {
        status = -1;
        if (making.results->aside.count > 0)
            error_context(error, "%d cells of other settings than experiment.yaml's are set aside",
                          making.results->aside.count);
    }
    index_release(&making.rows);
    index_release(&making.seeds_seen);
    free(making.seeds);
    if (status != 0) comparison_release(comparison);
    return status;
}

void comparison_release(struct comparison *comparison)
{
    for (int i = 0; i < comparison->row_count; i++) release_row(&comparison->rows[i], comparison->by_count);
    for (int b = 0; b < comparison->by_count; b++) free(comparison->by[b]);
    free(comparison->rows);
    free(comparison->by);
    free(comparison->unpaired.cells);
    free(comparison->unmeasured.cells);
    *comparison = (struct comparison){0};
}
