/* ranking.c - see ranking.h. */
#include "harness/retrieval/ranking.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "harness/retrieval/ranking_search.h"

/* ---- what each query can find ---- */

static int compare_labels(const void *a, const void *b, void *context)
{
    const int *labels = context;
    int x = labels[*(const int *)a], y = labels[*(const int *)b];
    return (x > y) - (x < y);
}

/* Positions of the set's images (count), grouped by class, labels ascending; NULL when memory runs out. */
static int *group(const struct ranked_set *set)
{
    int *order = calloc((size_t)set->count, sizeof *order);
    for (int i = 0; order && i < set->count; i++) order[i] = i;
    if (order) qsort_r(order, (size_t)set->count, sizeof *order, compare_labels, (void *)set->labels);
    return order;
}

/* Sets label and R of every query; orders are those of group. Returns the largest R. */
static int count_relevant(struct search *search, const int *query_order, const int *gallery_order)
{
    int largest = 0, at = 0;
    for (int start = 0, end = 0; start < search->queries.count; start = end) {
        int label = search->queries.labels[query_order[start]], relevant = -search->itself;
        while (end < search->queries.count && search->queries.labels[query_order[end]] == label) end++;
        while (at < search->gallery.count && search->gallery.labels[gallery_order[at]] < label) at++;
        while (at < search->gallery.count && search->gallery.labels[gallery_order[at]] == label) at++, relevant++;
        for (int i = start; i < end; i++)
            search->results[query_order[i]] = (struct query_result){.label = label, .relevant = relevant};
        largest = number_larger(largest, relevant);
    }
    return largest;
}

static int refuse_unanswerable(const struct search *search, struct error *error)
{
    if (search->itself)
        error_set(error, "no query can be answered: each of the %d images is the only one of its class",
                  search->queries.count);
    else
        error_set(error, "no query can be answered: the gallery has no image of a class of the %d queries",
                  search->queries.count);
    return METRICS_UNANSWERABLE;
}

/* Counts what each query can find; fails if no query can find anything. *order groups the queries; the caller frees. */
static int find_relevant(struct search *search, int **order, int *largest, struct error *error)
{
    int *gallery_order = group(&search->gallery);
    *order = group(&search->queries);
    int ready = search->results && *order && gallery_order;
    if (ready) *largest = count_relevant(search, *order, gallery_order);
    free(gallery_order);
    if (!ready) return error_set(error, "not enough memory to rank %d embeddings", search->queries.count);
    return *largest > 0 ? 0 : refuse_unanswerable(search, error);
}

/* ---- metrics ---- */

static void average_over_queries(struct ranking *ranking, const struct search *search)
{
    long hits[CUTOFFS_MAX] = {0}, found[CUTOFFS_MAX] = {0};
    for (int q = 0; q < search->queries.count; q++) {
        const struct query_result *result = &search->results[q];
        ranking->queries += result->relevant > 0;
        ranking->map_at_r += result->average_precision;
        ranking->r_precision += result->r_precision;
        for (int k = 0; k < ranking->at.count; k++) hits[k] += result->first > 0 && result->first <= ranking->at.k[k];
    }
    for (int t = 0; t < search->tile_count; t++)
        for (int k = 0; k < ranking->at.count; k++) found[k] += search->found[t][k];
    double queries = ranking->queries;
    ranking->unanswered = search->queries.count - ranking->queries;
    ranking->map_at_r /= queries;
    ranking->r_precision /= queries;
    for (int k = 0; k < ranking->at.count; k++) {
        ranking->recall[k] = (double)hits[k] / queries;
        ranking->precision[k] = (double)found[k] / (queries * ranking->at.k[k]);
    }
}

/* `order` groups the queries; those of a class have an answer all or none. */
static void average_over_classes(struct ranking *ranking, const struct search *search, const int *order)
{
    int count = search->queries.count;
    for (int start = 0, end = 0; start < count; start = end) {
        int label = search->results[order[start]].label, hits = 0;
        double average_precision = 0;
        for (; end < count && search->results[order[end]].label == label; end++) {
            hits += search->results[order[end]].first == 1;
            average_precision += search->results[order[end]].average_precision;
        }
        if (search->results[order[start]].relevant == 0) continue;
        ranking->classes++;
        ranking->class_recall_at_1 += (double)hits / (end - start);
        ranking->class_map_at_r += average_precision / (end - start);
    }
    ranking->class_recall_at_1 /= ranking->classes;
    ranking->class_map_at_r /= ranking->classes;
}

static struct ranking summarize(const struct search *search, const int *order)
{
    const struct rows *queries = &search->query_rows, *gallery = &search->gallery_rows;
    struct ranking ranking = {.similarity = queries->similarity,
                              .query_zeros = {queries->zero_count, queries->first_zero},
                              .gallery_zeros = {gallery->zero_count, gallery->first_zero},
                              .at = *search->at};
    average_over_queries(&ranking, search);
    average_over_classes(&ranking, search, order);
    return ranking;
}

/* ---- measuring ---- */

static int open_rows(struct search *search, const struct ranking_request *request, struct error *error)
{
    const struct ranked_set *queries = &search->queries, *gallery = &search->gallery;
    int dim = request->dim;
    if (queries->count < 1 || gallery->count < 1 || dim < 1)
        return error_set(error, "there are no embeddings to evaluate (%d x %d, gallery %d x %d)", queries->count, dim,
                         gallery->count, dim);
    if (rows_init(&search->query_rows, queries->embeddings, queries->count, dim, request->similarity, error) != 0)
        return -1;
    if (!request->gallery) {
        search->gallery_rows = search->query_rows;
        return 0;
    }
    if (rows_init(&search->gallery_rows, gallery->embeddings, gallery->count, dim, request->similarity, error) != 0)
        return error_context(error, "the gallery");
    return 0;
}

static void close_rows(struct search *search, const struct ranking_request *request)
{
    if (request->gallery) rows_release(&search->gallery_rows);
    rows_release(&search->query_rows);
}

int ranking_measure(struct ranking *ranking, const struct ranking_request *request, struct error *error)
{
    struct search search = {.at = request->at ? request->at : &cutoffs_default,
                            .queries = request->queries,
                            .gallery = request->gallery ? *request->gallery : request->queries,
                            .itself = !request->gallery || request->own_rows,
                            .exact_first = request->results != NULL};
    struct query_result *own = NULL;
    int *order = NULL, largest = 0, status = open_rows(&search, request, error);
    if (status == 0) {
        if (!request->results) own = calloc((size_t)search.queries.count, sizeof *own);
        search.results = request->results ? request->results : own;
        status = find_relevant(&search, &order, &largest, error);
    }
    if (status == 0) status = search_init(&search, largest, error);
    if (status == 0) {
        search_run(&search);
        *ranking = summarize(&search, order);
    }
    search_release(&search);
    close_rows(&search, request);
    free(order);
    free(own);
    return status;
}

double ranking_recall(const struct ranking *ranking, int k)
{
    int at = cutoffs_find(&ranking->at, k);
    assert(at >= 0);
    return ranking->recall[at];
}

void ranking_print(const struct ranking *ranking, FILE *stream)
{
    for (int k = 0; k < ranking->at.count; k++)
        fprintf(stream, "recall@%d %.4f\n", ranking->at.k[k], ranking->recall[k]);
    for (int k = 0; k < ranking->at.count; k++)
        fprintf(stream, "precision@%d %.4f\n", ranking->at.k[k], ranking->precision[k]);
    fprintf(stream, "MAP@R %.4f\nR-precision %.4f\n", ranking->map_at_r, ranking->r_precision);
    /* Named so that a search for recall@1 or MAP@R finds one line. */
    fprintf(stream, "class_recall_at_1 %.4f\nclass_map_at_r %.4f\n", ranking->class_recall_at_1,
            ranking->class_map_at_r);
    fprintf(stream, "queries %d\nunanswered %d\nclasses %d\nsimilarity %s\n", ranking->queries, ranking->unanswered,
            ranking->classes, row_similarity_names[ranking->similarity]);
}

static void list_at(struct listing *listing, const char *name, const struct cutoffs *at, const double *values)
{
    char column[64];
    for (int k = 0; k < at->count; k++) {
        snprintf(column, sizeof column, "%s_at_%d", name, at->k[k]);
        listing_value(listing, column, LISTING_REAL, NULL, values[k]);
    }
}

void ranking_list(const struct ranking *ranking, struct listing *listing)
{
    list_at(listing, "recall", &ranking->at, ranking->recall);
    list_at(listing, "precision", &ranking->at, ranking->precision);
    listing_value(listing, "map_at_r", LISTING_REAL, NULL, ranking->map_at_r);
    listing_value(listing, "r_precision", LISTING_REAL, NULL, ranking->r_precision);
    listing_value(listing, "class_recall_at_1", LISTING_REAL, NULL, ranking->class_recall_at_1);
    listing_value(listing, "class_map_at_r", LISTING_REAL, NULL, ranking->class_map_at_r);
    listing_value(listing, "queries", LISTING_INTEGER, NULL, ranking->queries);
    listing_value(listing, "unanswered", LISTING_INTEGER, NULL, ranking->unanswered);
    listing_value(listing, "classes", LISTING_INTEGER, NULL, ranking->classes);
    listing_value(listing, "similarity", LISTING_TEXT, row_similarity_names[ranking->similarity], NAN);
}

int ranking_show(const struct ranking *ranking, enum listing_format format, FILE *stream, struct error *error)
{
    struct listing listing = {0};
    if (format == LISTING_TABLE) {
        ranking_print(ranking, stream);
        return 0;
    }
    ranking_list(ranking, &listing);
    int status = listing_print(&listing, format, stream, error);
    listing_release(&listing);
    return status;
}
