/* ranking_search.c - see ranking_search.h. */
#include "harness/retrieval/ranking_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/parallel.h"
#include "harness/retrieval/nearest.h"

enum {
    TILE_ROWS = 768, /* queries at once: many, since sgemm packs what they are compared with for each tile again */
    TILE_COLUMNS = 384,
    CANDIDATE_BYTES = 32 << 20, /* a thread's candidates: huge classes make smaller tiles */
};

/* One tile under way, with its thread's scratch. */
struct tile {
    int first, count;    /* queries */
    float *queries;      /* (tile_rows, dim) as rows_take_queries makes them */
    float *block;        /* (TILE_COLUMNS, dim) */
    float *similarities; /* (tile_rows, TILE_COLUMNS) */
    uint64_t *candidates;
    struct nearest nearest[TILE_ROWS];
    float thresholds[TILE_ROWS]; /* what similarities must exceed to matter */
};

/* How many nearest a query needs: max(least, R), but no more than there are others. */
static int wanted_nearest(const struct search *search, int relevant)
{
    int others = search->gallery.count - search->itself;
    return number_larger(1, number_smaller(number_larger(search->least, relevant), others));
}

/* ---- the first pass: the nearest ---- */

/* The query's own position in the gallery; -1: none. */
static int self_of(const struct search *search, int query)
{
    return search->itself ? query : -1;
}

/* Offers one block of similarities (rows, columns) to every query of the tile, leaving out itself. */
static void offer_block(const struct search *search, struct tile *tile, int first, int columns)
{
    const float *similarities = tile->similarities;
    for (int row = 0; row < tile->count; row++, similarities += columns) {
        struct nearest *nearest = &tile->nearest[row];
        int self = self_of(search, tile->first + row) - first;
        int before = self < 0 || self >= columns ? columns : self;
        nearest_offer(nearest, similarities, before, first);
        if (before < columns) nearest_offer(nearest, similarities + self + 1, columns - self - 1, first + self + 1);
        tile->thresholds[row] = nearest->threshold;
    }
}

static void find_nearest(const struct search *search, struct tile *tile)
{
    rows_take_queries(&search->query_rows, tile->first, tile->count, tile->queries);
    for (int row = 0; row < tile->count; row++) {
        uint64_t *candidates = tile->candidates + (size_t)row * (size_t)search->capacity;
        int wanted = wanted_nearest(search, search->results[tile->first + row].relevant);
        tile->nearest[row] = nearest_begin(candidates, search->capacity, wanted);
        tile->thresholds[row] = -INFINITY;
    }
    for (int first = 0; first < search->gallery.count; first += TILE_COLUMNS) {
        int columns = number_smaller(TILE_COLUMNS, search->gallery.count - first);
        rows_compare(&search->gallery_rows, tile->queries, tile->count, first, columns, tile->thresholds, tile->block,
                     tile->similarities);
        offer_block(search, tile, first, columns);
    }
}

/* Fills the result of one query from its ranking, of which `known` ranks are there. */
static void judge(const struct search *search, struct query_result *result, const struct nearest *nearest, int known,
                  long *found_at)
{
    const struct cutoffs *at = search->at;
    int found = 0, found_at_r = 0, next = 0, last = number_larger(result->relevant, search->least);
    double precision_sum = 0;
    for (int r = 0; r < QUERY_NEAREST; r++) result->nearest[r] = r < known ? nearest_position(nearest, r) : -1;
    if (result->relevant == 0) return;
    for (int rank = 1; rank <= last; rank++) { /* if fewer are known, the rest counts as not found */
        int own = rank <= known && search->gallery.labels[nearest_position(nearest, rank - 1)] == result->label;
        found += own;
        if (own && found == 1) result->first = rank;
        if (own && rank <= result->relevant) precision_sum += (double)found / rank;
        if (rank == result->relevant) found_at_r = found;
        if (next < at->count && rank == at->k[next]) found_at[next++] += found;
    }
    result->average_precision = precision_sum / result->relevant;
    result->r_precision = (double)found_at_r / result->relevant;
}

/* ---- the second pass: first ones of the class that are beyond the nearest ---- */

/* A query with no image of its class among the nearest. */
struct far_query {
    int query, known; /* ranks that were seen */
    float best;       /* the greatest similarity to one of its class, and the first position that has it */
    int position;
    int before; /* images ranked before that one */
};

static int holds_label(const int *labels, int count, int label)
{
    int holds = 0;
    for (int j = 0; j < count; j++) holds |= labels[j] == label;
    return holds;
}

/* Whether any of a block's images is of the class of any of the queries. */
static int concerns(const struct search *search, const struct far_query *far, int count, int first, int columns)
{
    for (int f = 0; f < count; f++)
        if (holds_label(search->gallery.labels + first, columns, search->results[far[f].query].label)) return 1;
    return 0;
}

static void find_best(const struct search *search, struct far_query *far, const float *similarities, int first,
                      int columns)
{
    int label = search->results[far->query].label, self = self_of(search, far->query) - first;
    const int *labels = search->gallery.labels + first;
    if (!holds_label(labels, columns, label)) return;
    for (int j = 0; j < columns; j++)
        if (labels[j] == label && j != self && (far->position < 0 || similarities[j] > far->best)) {
            far->best = similarities[j];
            far->position = first + j;
        }
}

static void count_before(const struct search *search, struct far_query *far, const float *similarities, int first,
                         int columns)
{
    int self = self_of(search, far->query) - first;
    far->before += nearest_count_before(similarities, columns, first, far->best, far->position);
    if (self >= 0 && self < columns)
        far->before -= nearest_count_before(similarities + self, 1, first + self, far->best, far->position);
}

/* Passes twice over the gallery, in products of the same shape, so that equal similarities are equal both times. The
 * first pass skips blocks without images of the queries' classes. */
static void rank_far(const struct search *search, struct tile *tile, struct far_query *far, int count)
{
    for (int f = 0; f < count; f++) tile->thresholds[f] = -INFINITY;
    for (int counting = 0; counting < 2; counting++) {
        for (int first = 0; first < search->gallery.count; first += TILE_COLUMNS) {
            int columns = number_smaller(TILE_COLUMNS, search->gallery.count - first);
            if (!counting && !concerns(search, far, count, first, columns)) continue;
            rows_compare(&search->gallery_rows, tile->queries, count, first, columns, tile->thresholds, tile->block,
                         tile->similarities);
            for (int f = 0; f < count; f++)
                (counting ? count_before : find_best)(search, &far[f], tile->similarities + (size_t)f * columns, first,
                                                      columns);
        }
        for (int f = 0; f < count; f++) tile->thresholds[f] = nextafterf(far[f].best, -INFINITY);
    }
    /* A last digit may differ from the first search, which has seen that many images without one of the class. */
    for (int f = 0; f < count; f++)
        search->results[far[f].query].first = number_larger(far[f].before, far[f].known) + 1;
}

/* ---- tiles ---- */

static void search_tile(void *context, int index)
{
    const struct search *search = context;
    size_t slot = (size_t)parallel_thread() * (size_t)search->tile_rows, dim = (size_t)search->gallery_rows.dim;
    size_t scaled_rows = (size_t)parallel_thread() * (size_t)(search->tile_rows + TILE_COLUMNS);
    struct far_query far[TILE_ROWS];
    struct tile tile = {.first = index * search->tile_rows,
                        .queries = search->scaled + scaled_rows * dim,
                        .similarities = search->similarities + slot * TILE_COLUMNS,
                        .candidates = search->candidates + slot * (size_t)search->capacity};
    int far_count = 0;
    tile.count = number_smaller(search->tile_rows, search->queries.count - tile.first);
    tile.block = tile.queries + (size_t)search->tile_rows * dim;

    find_nearest(search, &tile);
    for (int row = 0; row < tile.count; row++) {
        struct query_result *result = &search->results[tile.first + row];
        int known = nearest_finish(&tile.nearest[row]);
        judge(search, result, &tile.nearest[row], known, search->found[index]);
        if (!search->exact_first || result->relevant == 0 || result->first > 0) continue;
        memmove(tile.queries + (size_t)far_count * dim, tile.queries + (size_t)row * dim, dim * sizeof(float));
        far[far_count++] = (struct far_query){.query = tile.first + row, .known = known, .position = -1};
    }
    if (far_count > 0) rank_far(search, &tile, far, far_count);
}

int search_init(struct search *search, int largest, struct error *error)
{
    size_t threads = (size_t)parallel_threads(), dim = (size_t)search->gallery_rows.dim;
    int queries = search->queries.count;
    search->least = number_larger(search->at->k[search->at->count - 1], search->exact_first ? QUERY_NEAREST : 1);
    /* Room for twice k, but no more than for the whole gallery. */
    search->capacity = (int)fmin(2.0 * wanted_nearest(search, largest), search->gallery.count) + 1;
    search->tile_rows = number_larger(1, number_smaller(TILE_ROWS, CANDIDATE_BYTES / 8 / search->capacity));
    search->tile_rows = number_smaller(search->tile_rows, queries);
    search->tile_count = (queries + search->tile_rows - 1) / search->tile_rows;
    size_t rows = threads * (size_t)search->tile_rows;
    search->similarities = calloc(rows, TILE_COLUMNS * sizeof *search->similarities);
    search->scaled = calloc(rows + threads * TILE_COLUMNS, dim * sizeof *search->scaled);
    search->candidates = calloc(rows, (size_t)search->capacity * sizeof *search->candidates);
    search->found = calloc((size_t)search->tile_count, sizeof *search->found);
    if (search->similarities && search->scaled && search->candidates && search->found) return 0;
    return error_set(error, "not enough memory to rank %d embeddings: use fewer threads", queries);
}

void search_release(struct search *search)
{
    free(search->similarities);
    free(search->scaled);
    free(search->candidates);
    free(search->found);
}

void search_run(struct search *search)
{
    parallel_for(search->tile_count, search_tile, search);
}
