/* comparison.c - see comparison.h. */
#include "harness/reports/comparison/comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/comparison_names.h"
#include "harness/reports/comparison/equal.h"
#include "harness/reports/comparison/inference.h"
#include "harness/reports/comparison/pairs.h"
#include "harness/reports/comparison/seeds.h"

/* State while a comparison is made. */
struct making {
    struct comparison *comparison;
    const struct comparison_request *request;
    const struct variation *variation;
    const struct results *results;
    int across;        /* axis that partners may differ in; -1: none */
    struct index rows; /* "level, by ...": the row */
    struct seeds seeds;
};

/* ---- rows ---- */

static void release_row(struct comparison_row *row, int by_count)
{
    for (int b = 0; row->by && b < by_count; b++) free(row->by[b]);
    free(row->by);
    free(row->level);
}

/* Makes the row of a pair, without measurements. Returns -1 if memory runs out. */
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
                                   .judged = groups_value_none(),
                                   .ratio = NAN,
                                   .low = NAN,
                                   .high = NAN,
                                   .p = NAN,
                                   .adjusted_p = NAN,
                                   .classes_low = NAN,
                                   .classes_high = NAN,
                                   .smallest = NAN};
    int failed = !row->level || !row->by;
    for (int b = 0; b < comparison->by_count && !failed; b++) {
        int is_budget = making->across >= 0 && axes_find(&making->results->axes, comparison->by[b]) == making->across;
        int cell = is_budget ? pair->cell : pair->named;
        pairs_level(making->variation, making->results->ok.cells[cell], comparison->by[b], text);
        row->by[b] = strdup(text);
        failed = !row->by[b];
    }
    if (failed) release_row(row, comparison->by_count);
    return failed ? -1 : 0;
}

/* The level and the values kept apart as one text; the caller frees. NULL if memory runs out. */
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

/* The position of the pair's row, which is added for the first pair; -1 if memory runs out. */
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

/* ---- pairs ---- */

/* Whether the cells differ in host, CPU, libraries or program version, unless that is the factor. */
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

/* What is tested: the difference, or for times the difference of the logarithms. */
static double judged(const struct comparison *comparison, double value, double reference)
{
    return comparison->contrast == CONTRAST_RATIO ? log(value / reference) : value - reference;
}

static void count_pair(struct making *making, int at, struct results_cell cell, struct results_cell other)
{
    struct comparison *comparison = making->comparison;
    struct comparison_row *row = &comparison->rows[at];
    int mixed = is_mixed(making, cell, other);
    row->pairs++;
    row->mixed += mixed;
    row->tuned += results_is_tuned(making->results, cell) || results_is_tuned(making->results, other);
    comparison->pairs++;
    comparison->mixed += mixed;
    comparison->disturbed += is_disturbed(making, cell) || is_disturbed(making, other);
}

/* Adds a pair with these measurements. Returns -1 if memory runs out. */
static int add_measured(struct making *making, const struct pair *pair, double value, double reference)
{
    struct results_cell cell = making->results->ok.cells[pair->cell],
                        other = making->results->ok.cells[pair->reference];
    if (making->comparison->contrast == CONTRAST_RATIO && !(value > 0)) value = NAN;
    if (making->comparison->contrast == CONTRAST_RATIO && !(reference > 0)) reference = NAN;
    if (isnan(value)) return results_list_add(&making->comparison->unmeasured, cell);
    if (isnan(reference)) return results_list_add(&making->comparison->unmeasured, other);
    int at = find_row(making, pair);
    struct results_cell named = making->results->ok.cells[pair->named];
    struct seed *seed = at < 0 ? NULL : seeds_find(&making->seeds, making->results, at, named);
    if (!seed || seed_add(seed, cell, other, value, reference, judged(making->comparison, value, reference)) != 0)
        return -1;
    count_pair(making, at, cell, other);
    return 0;
}

static int add_pairs(struct making *making, const struct pairs *pairs)
{
    const char *metric = making->request->metric;
    int status = 0;
    for (int p = 0; p < pairs->count && status == 0; p++) {
        const struct pair *pair = &pairs->pair[p];
        status =
            add_measured(making, pair, results_number(making->results, making->results->ok.cells[pair->cell], metric),
                         results_number(making->results, making->results->ok.cells[pair->reference], metric));
    }
    return status;
}

/* Adds the pairs of a comparison at equal values; those whose reference never reaches the value are only counted. */
static int add_equal_pairs(struct making *making, const struct pairs *pairs, struct error *error)
{
    const struct comparison_request *request = making->request;
    struct equal_pairs equal;
    if (equal_find(&equal, pairs, making->results, making->across, request->at_equal, request->metric, error) != 0)
        return -1;
    int status = 0;
    for (int p = 0; p < equal.count && status == 0; p++) {
        const struct equal_pair *one = &equal.pair[p];
        int at = one->is_outside ? find_row(making, &one->pair) : 0;
        if (at < 0)
            status = -1;
        else if (one->is_outside)
            making->comparison->rows[at].outside++;
        else
            status = add_measured(making, &one->pair, one->value, one->reference);
    }
    equal_release(&equal);
    return status == 0 ? 0 : error_set(error, "out of memory");
}

/* ---- what rows show ---- */

static void add_seeds(struct comparison_row *row, const struct seed *const *seeds, int count)
{
    for (int s = 0; s < count; s++) {
        groups_value_add(&row->value, seeds[s]->value.mean);
        groups_value_add(&row->reference, seeds[s]->reference.mean);
        groups_value_add(&row->difference, seeds[s]->difference.mean);
        groups_value_add(&row->judged, seeds[s]->judged.mean);
    }
}

static void set_interval(const struct comparison *comparison, struct comparison_row *row)
{
    int is_ratio = comparison->contrast == CONTRAST_RATIO;
    double mean = row->judged.mean, reach = inference_reach(&row->judged);
    row->ratio = is_ratio ? exp(mean) : NAN;
    if (comparison->contrast == CONTRAST_PLANNED) {
        row->ratio = row->reference.mean != 0 ? row->value.mean / row->reference.mean : NAN;
        return;
    }
    row->p = inference_p(&row->judged);
    row->low = is_ratio ? exp(mean - reach) : mean - reach;
    row->high = is_ratio ? exp(mean + reach) : mean + reach;
}

/* Computes a row's interval for other classes from its seeds (count). */
static void set_classes(const struct making *making, struct comparison_row *row, const struct seed *const *seeds,
                        int count)
{
    struct classes_pair *pairs = calloc((size_t)row->pairs + 1, sizeof *pairs);
    int used = 0;
    for (int s = 0; s < count && pairs; s++)
        for (int p = 0; p < seeds[s]->pair_count; p++) {
            pairs[used] = seeds[s]->pairs[p];
            pairs[used++].seed = s;
        }
    row->classes = pairs ? classes_interval(making->request->classes, making->request->metric, pairs, used, count,
                                            &row->classes_low, &row->classes_high)
                         : CLASSES_OUT_OF_MEMORY;
    free(pairs);
}

/* Computes the rows' means, intervals and p. Returns -1 if memory runs out. */
static int fill_rows(struct making *making)
{
    struct comparison *comparison = making->comparison;
    const struct seed **seeds = calloc((size_t)making->seeds.count + 1, sizeof(const struct seed *));
    int status = seeds ? 0 : -1;
    for (int r = 0; r < comparison->row_count && status == 0; r++) {
        struct comparison_row *row = &comparison->rows[r];
        int count = seeds_of_row(&making->seeds, r, seeds);
        add_seeds(row, seeds, count);
        set_interval(comparison, row);
        if (making->request->classes && !making->request->at_equal) set_classes(making, row, seeds, count);
        if (row->classes == CLASSES_OUT_OF_MEMORY) status = -1;
    }
    free(seeds);
    return status;
}

/* ---- the whole ---- */

static int list_unpaired(struct making *making, const struct pairs *pairs)
{
    for (int i = 0; i < making->results->ok.count; i++)
        if (!pairs->is_paired[i] && results_list_add(&making->comparison->unpaired, making->results->ok.cells[i]) != 0)
            return -1;
    return 0;
}

static int find_pairs(struct making *making, struct error *error)
{
    const struct comparison_request *request = making->request;
    struct pairs pairs;
    if (pairs_find(&pairs, making->variation, request->factor, request->reference, making->across, error) != 0)
        return -1;
    int status = 0;
    if (pairs.count == 0)
        status = error_set(error,
                           "no cell has a partner with %s %s, the same training but for that: there is nothing to "
                           "compare",
                           request->factor, request->reference);
    else if (making->across >= 0)
        status = add_equal_pairs(making, &pairs, error);
    else if (add_pairs(making, &pairs) != 0)
        status = error_set(error, "out of memory");
    if (status == 0 && making->comparison->row_count == 0)
        status =
            error_set(error, "no pair of cells has numbers in column %s: there is nothing to compare", request->metric);
    if (status == 0 && list_unpaired(making, &pairs) != 0) status = error_set(error, "out of memory");
    pairs_release(&pairs);
    if (status != 0) return -1;
    return fill_rows(making) == 0 ? comparison_set_family(making->comparison, NULL, 1, error)
                                  : error_set(error, "out of memory");
}

static int copy_request(struct making *making, struct error *error)
{
    struct comparison *comparison = making->comparison;
    const struct comparison_request *request = making->request;
    const struct metric *metric = metric_find(request->metric);
    comparison->factor = strdup(request->factor);
    comparison->reference = strdup(request->reference);
    comparison->metric = strdup(request->metric);
    comparison->at_equal = request->at_equal ? strdup(request->at_equal) : NULL;
    comparison->contrast = metric ? metric->contrast : CONTRAST_DIFFERENCE;
    if (!comparison->factor || !comparison->reference || !comparison->metric ||
        (request->at_equal && !comparison->at_equal))
        return error_set(error, "out of memory");
    return 0;
}

static int collect_by(struct making *making, struct error *error)
{
    struct comparison_by by = {0};
    int status = comparison_collect_by(&by, making->request->by, making->request->factor, making->variation, error);
    making->comparison->by_count = by.count;
    making->comparison->by = by.name;
    return status;
}

/* Finds the axis of budgets for a comparison at equal values. */
static int find_across(struct making *making, struct error *error)
{
    const struct comparison_request *request = making->request;
    const struct axes *axes = &making->results->axes;
    const char *across = request->across ? request->across : "epochs";
    making->across = -1;
    if (!request->at_equal) return 0;
    if (comparison_check_column(making->results, request->at_equal, error) != 0) return -1;
    making->across = axes_find(axes, across);
    if (making->across < 0) return error_set(error, "there is no setting %s to find budgets in", across);
    if (making->across != axes_find(axes, request->factor)) return 0;
    return error_set(error, "%s is both what is compared and what equal %s is looked for in", across,
                     request->at_equal);
}

int comparison_make(struct comparison *comparison, const struct comparison_request *request,
                    const struct variation *variation, struct error *error)
{
    struct making making = {
        .comparison = comparison, .request = request, .variation = variation, .results = variation->results};
    *comparison = (struct comparison){0};
    int status = copy_request(&making, error);
    if (status == 0) status = comparison_check_column(making.results, request->factor, error);
    if (status == 0) status = comparison_check_column(making.results, request->metric, error);
    if (status == 0) status = find_across(&making, error);
    if (status == 0) status = collect_by(&making, error);
    if (status == 0 && find_pairs(&making, error) != 0) {
        status = -1;
        if (making.results->aside.count > 0)
            error_context(error, "%d cells of other settings than experiment.yaml's are set aside",
                          making.results->aside.count);
    }
    index_release(&making.rows);
    seeds_release(&making.seeds);
    if (status != 0) comparison_release(comparison);
    return status;
}

int comparison_set_family(struct comparison *comparison, const char *family, int size, struct error *error)
{
    char *copy = family ? strdup(family) : NULL;
    if (family && !copy) return error_set(error, "out of memory");
    free(comparison->family);
    comparison->family = copy;
    comparison->family_size = size;
    for (int r = 0; r < comparison->row_count; r++) {
        struct comparison_row *row = &comparison->rows[r];
        row->smallest =
            comparison->contrast == CONTRAST_PLANNED ? NAN : inference_smallest(&row->judged, comparison->family_size);
        if (comparison->contrast == CONTRAST_RATIO) row->smallest = exp(row->smallest);
    }
    return 0;
}

static int has_by(const struct comparison *comparison, const char *name)
{
    for (int b = 0; b < comparison->by_count; b++)
        if (strcmp(comparison->by[b], name) == 0) return 1;
    return 0;
}

int comparison_same(const struct comparison *a, const struct comparison *b)
{
    if (strcmp(a->metric, b->metric) != 0 || strcmp(a->factor, b->factor) != 0) return 0;
    if (!variation_same(a->reference, b->reference) || a->by_count != b->by_count) return 0;
    if (a->at_equal || b->at_equal) return 0;
    for (int n = 0; n < a->by_count; n++)
        if (!has_by(b, a->by[n])) return 0;
    return 1;
}

void comparison_release(struct comparison *comparison)
{
    for (int i = 0; i < comparison->row_count; i++) release_row(&comparison->rows[i], comparison->by_count);
    for (int b = 0; b < comparison->by_count; b++) free(comparison->by[b]);
    free(comparison->factor);
    free(comparison->reference);
    free(comparison->metric);
    free(comparison->at_equal);
    free(comparison->family);
    free(comparison->rows);
    free(comparison->by);
    free(comparison->unpaired.cells);
    free(comparison->unmeasured.cells);
    *comparison = (struct comparison){0};
}
