/* ranking.c - see ranking.h.
 *
 * The queries are cut into tiles that the threads share out. A tile meets the whole set in blocks small enough that
 * their similarities are still in cache when each query picks its candidates from them. */
#include "harness/retrieval/ranking.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/parallel.h"
#include "base/product.h"
#include "harness/retrieval/nearest.h"

const int ranking_recall_at[METRICS_RECALLS] = {1, 2, 4, 8, 16, 32};

enum {
    TILE_ROWS = 768, /* queries at once: many, since sgemm packs what they are compared with for each tile again */
    TILE_COLUMNS = 384,
    NEAREST_LEAST = 32,         /* the largest K of recall@K */
    CANDIDATE_BYTES = 32 << 20, /* a thread's candidates: huge classes make smaller tiles */
};

/* What the queries of one tile add to the metrics; those without an answer add nothing. */
struct tally {
    int queries;
    long hits[METRICS_RECALLS];  /* queries with one of their class among the K nearest */
    long found[METRICS_RECALLS]; /* images of the query's class among the K nearest */
    double average_precision;    /* sum over the queries, at R */
    double r_precision;          /* likewise */
};

struct search {
    struct rows embeddings; /* (count, dim) */
    const int *labels;      /* (count) */
    int *relevant;          /* (count) R of each query */
    int count;
    int queries; /* the first rows */
    int rows;    /* queries in a tile */
    int tile_count;
    int capacity;          /* candidates of a query */
    float *similarities;   /* (threads, rows, TILE_COLUMNS) */
    float *scaled;         /* (threads, rows + TILE_COLUMNS, dim) a tile's queries, and what they are compared with */
    uint64_t *candidates;  /* (threads, rows, capacity) */
    struct tally *tallies; /* (tile_count) */
};

/* How many of its nearest a query needs to see: k = max(32, R), where there are as many others. */
static int wanted_nearest(const struct search *search, int relevant)
{
    return number_larger(1, number_smaller(number_larger(NEAREST_LEAST, relevant), search->count - 1));
}

/* Goes down the ranking of one query, `known` ranks long. */
static void tally_query(const struct search *search, int query, const struct nearest *nearest, int known,
                        struct tally *tally)
{
    int label = search->labels[query], relevant = search->relevant[query], found = 0, next = 0, found_at_r = 0;
    if (relevant == 0) return;
    double precision_sum = 0;
    int last = number_larger(relevant, NEAREST_LEAST); /* where fewer are known, nothing more is found */
    for (int rank = 1; rank <= last; rank++) {
        int own = rank <= known && search->labels[nearest_position(nearest, rank - 1)] == label;
        found += own;
        if (own && rank <= relevant) precision_sum += (double)found / rank;
        if (rank == relevant) found_at_r = found;
        if (next < METRICS_RECALLS && rank == ranking_recall_at[next]) {
            tally->hits[next] += found > 0;
            tally->found[next++] += found;
        }
    }
    tally->queries++;
    tally->average_precision += precision_sum / relevant;
    tally->r_precision += (double)found_at_r / relevant;
}

/* Every query of the tile looks at one block of similarities (rows, columns), itself left out. */
static void offer_block(struct nearest *nearest, const float *similarities, int first_query, int rows, int first,
                        int columns)
{
    for (int row = 0; row < rows; row++, similarities += columns) {
        int self = first_query + row - first;
        int before = self < 0 || self >= columns ? columns : self;
        nearest_offer(&nearest[row], similarities, before, first);
        if (before < columns)
            nearest_offer(&nearest[row], similarities + self + 1, columns - self - 1, first + self + 1);
    }
}

static void search_tile(void *context, int tile)
{
    const struct search *search = context;
    size_t slot = (size_t)parallel_thread() * search->rows;
    float *similarities = search->similarities + slot * TILE_COLUMNS;
    uint64_t *candidates = search->candidates + slot * search->capacity;
    int first_query = tile * search->rows, rows = number_smaller(search->rows, search->queries - first_query);
    size_t dim = (size_t)search->embeddings.dim;
    float *queries = search->scaled + (size_t)parallel_thread() * (size_t)(search->rows + TILE_COLUMNS) * dim;
    float *block = queries + (size_t)search->rows * dim;
    struct nearest nearest[TILE_ROWS];

    rows_take_queries(&search->embeddings, first_query, rows, queries);
    for (int row = 0; row < rows; row++)
        nearest[row] = nearest_begin(candidates + (size_t)row * search->capacity, search->capacity,
                                     wanted_nearest(search, search->relevant[first_query + row]));
    for (int first = 0; first < search->count; first += TILE_COLUMNS) {
        int columns = number_smaller(TILE_COLUMNS, search->count - first);
        rows_compare(&search->embeddings, queries, rows, first, columns, block, similarities);
        offer_block(nearest, similarities, first_query, rows, first, columns);
    }
    for (int row = 0; row < rows; row++) {
        int known = nearest_finish(&nearest[row]);
        tally_query(search, first_query + row, &nearest[row], known, &search->tallies[tile]);
    }
}

static int compare_labels(const void *a, const void *b, void *context)
{
    const int *labels = context;
    int x = labels[*(const int *)a], y = labels[*(const int *)b];
    return (x > y) - (x < y);
}

/* relevant (count) = how many others have the same label. Returns the largest, or -1 when memory is out. */
static int count_relevant(const int *labels, int count, int *relevant)
{
    int *order = calloc((size_t)count, sizeof *order); /* positions, grouped by label */
    if (!order) return -1;
    for (int i = 0; i < count; i++) order[i] = i;
    qsort_r(order, (size_t)count, sizeof *order, compare_labels, (void *)labels);
    int largest = 0;
    for (int start = 0, end = 0; start < count; start = end) {
        while (end < count && labels[order[end]] == labels[order[start]]) end++;
        for (int i = start; i < end; i++) relevant[order[i]] = end - start - 1;
        largest = number_larger(largest, end - start - 1);
    }
    free(order);
    return largest;
}

static void search_release(struct search *search)
{
    rows_release(&search->embeddings);
    free(search->relevant);
    free(search->similarities);
    free(search->scaled);
    free(search->candidates);
    free(search->tallies);
}

/* Counts what each query can find, and fails where no query can find anything. */
static int find_relevant(struct search *search, int *largest, struct error *error)
{
    search->relevant = calloc((size_t)search->count, sizeof *search->relevant);
    *largest = search->relevant ? count_relevant(search->labels, search->count, search->relevant) : -1;
    if (*largest < 0) return error_set(error, "not enough memory to rank %d embeddings", search->count);
    for (int q = 0; q < search->queries; q++)
        if (search->relevant[q] > 0) return 0;
    error_set(error, "no query can be answered: each of the %d images is the only one of its class", search->queries);
    return METRICS_UNANSWERABLE;
}

/* Sizes tiles and allocates everything the search needs. `largest` is the greatest R. */
static int search_init(struct search *search, int largest, struct error *error)
{
    size_t threads = (size_t)parallel_threads(), dim = (size_t)search->embeddings.dim;
    /* Room for twice k, and never for more than everything. */
    search->capacity = (int)fmin(2.0 * wanted_nearest(search, largest), search->count) + 1;
    search->rows = number_larger(1, number_smaller(TILE_ROWS, CANDIDATE_BYTES / 8 / search->capacity));
    search->rows = number_smaller(search->rows, search->queries);
    search->tile_count = (search->queries + search->rows - 1) / search->rows;
    search->similarities = calloc(threads * search->rows, TILE_COLUMNS * sizeof *search->similarities);
    search->scaled = calloc(threads * (size_t)(search->rows + TILE_COLUMNS), dim * sizeof *search->scaled);
    search->candidates = calloc(threads * search->rows, search->capacity * sizeof *search->candidates);
    search->tallies = calloc((size_t)search->tile_count, sizeof *search->tallies);
    if (search->similarities && search->scaled && search->candidates && search->tallies) return 0;
    return error_set(error, "not enough memory to rank %d embeddings: use fewer threads", search->count);
}

/* The tiles' tallies, in order, become means. */
static struct ranking summarize(const struct search *search)
{
    struct tally sum = {0};
    for (int t = 0; t < search->tile_count; t++) {
        const struct tally *tally = &search->tallies[t];
        for (int k = 0; k < METRICS_RECALLS; k++) {
            sum.hits[k] += tally->hits[k];
            sum.found[k] += tally->found[k];
        }
        sum.queries += tally->queries;
        sum.average_precision += tally->average_precision;
        sum.r_precision += tally->r_precision;
    }
    double queries = sum.queries;
    struct ranking metrics = {.similarity = search->embeddings.similarity,
                              .zero_count = search->embeddings.zero_count,
                              .first_zero = search->embeddings.first_zero,
                              .queries = sum.queries,
                              .unanswered = search->queries - sum.queries,
                              .map_at_r = sum.average_precision / queries,
                              .r_precision = sum.r_precision / queries};
    for (int k = 0; k < METRICS_RECALLS; k++) {
        metrics.recall[k] = (double)sum.hits[k] / queries;
        metrics.precision[k] = (double)sum.found[k] / (queries * ranking_recall_at[k]);
    }
    return metrics;
}

int ranking_measure_first(struct ranking *metrics, const float *embeddings, const int *labels, int queries, int count,
                          int dim, enum row_similarity similarity, struct error *error)
{
    if (queries < 1 || count < 1 || dim < 1)
        return error_set(error, "there are no embeddings to evaluate (%d x %d)", count, dim);
    struct search search = {.labels = labels, .count = count, .queries = queries};
    int largest, status = rows_init(&search.embeddings, embeddings, count, dim, similarity, error);
    if (status == 0) status = find_relevant(&search, &largest, error);
    if (status == 0) status = search_init(&search, largest, error);
    if (status == 0) {
        parallel_for(search.tile_count, search_tile, &search);
        *metrics = summarize(&search);
    }
    search_release(&search);
    return status;
}

int ranking_measure(struct ranking *metrics, const float *embeddings, const int *labels, int count, int dim,
                    enum row_similarity similarity, struct error *error)
{
    return ranking_measure_first(metrics, embeddings, labels, count, count, dim, similarity, error);
}

void ranking_print(const struct ranking *metrics, FILE *stream)
{
    for (int k = 0; k < METRICS_RECALLS; k++)
        fprintf(stream, "recall@%d %.4f\n", ranking_recall_at[k], metrics->recall[k]);
    for (int k = 0; k < METRICS_RECALLS; k++)
        fprintf(stream, "precision@%d %.4f\n", ranking_recall_at[k], metrics->precision[k]);
    fprintf(stream, "MAP@R %.4f\nR-precision %.4f\n", metrics->map_at_r, metrics->r_precision);
    fprintf(stream, "queries %d\nunanswered %d\nsimilarity %s\n", metrics->queries, metrics->unanswered,
            row_similarity_names[metrics->similarity]);
}
