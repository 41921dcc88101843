/* loss.c - see loss.h: the driver of all losses.
 *
 * It goes through S in tiles of rows; threads take panels of a tile. First each panel of rows computes its part of S,
 * turns it into slopes W and adds W X to its own rows of the batch's gradient. When the whole tile is done, each panel
 * of columns adds its part of W^T Z to the columns' gradients. If a loss summarizes its columns, they are walked first,
 * in the same way. The division into panels is fixed, so the sums are the same on any number of threads. */
#include "losses/loss.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/number.h"
#include "base/parallel.h"
#include "base/product.h"
#include "losses/reduction.h"

enum {
    TILE_ROWS = 512, /* bounds the workspace: 2 MiB for every 1,024 columns */
    PANEL_ROWS = 64, /* enough for sgemm to be fast, few enough that threads share a batch of a few hundred */
};

/* Vectors on one side of S = A X^T. */
struct vectors {
    int count;
    const int *labels;       /* (count) */
    const float *embeddings; /* (count, d) */
};

/* One tile of S. */
struct tile {
    const struct loss *loss;
    const void *options;
    struct batch *batch;
    const struct loss_workspace *workspace;
    int backward; /* 0: only sample losses */
    int weighted; /* 1: anchors' losses are multiplied by their weight / mean_weight */
    double mean_weight[LOSS_MEANS];
    struct vectors rows, columns; /* A and X */
    int self;                     /* the first rows and columns are both the batch */
    int first, count;             /* rows of the tile: first .. first + count - 1 */
    float *column_gradients;      /* (trained_columns, d) */
    int trained_columns;          /* the first ones, which get gradient */
};

static int panel_count(int rows)
{
    return (rows + PANEL_ROWS - 1) / PANEL_ROWS;
}

void loss_workspace_take(struct loss_workspace *workspace, const struct loss *loss, int size, int dim,
                         struct arena *arena)
{
    const struct memory_bank *bank = loss->has_proxies ? NULL : workspace->bank;
    const struct proxies *proxies = loss->has_proxies ? workspace->proxies : NULL;
    int columns = proxies ? proxies->count : size + (bank ? bank->capacity : 0);
    int width = number_larger(columns, size), line = ARENA_ALIGNMENT / (int)sizeof(float);
    workspace->tile = number_smaller(number_larger(size, proxies ? proxies->count : 0), TILE_ROWS);
    workspace->threads = parallel_threads();
    workspace->scratch_width = (width + line - 1) / line * line;
    workspace->columns = arena_take(arena, bank ? (size_t)columns * (size_t)dim : 0, sizeof(float));
    workspace->labels = arena_take(arena, bank ? (size_t)columns : 0, sizeof(int));
    workspace->summaries = arena_take(arena, loss->summarize ? (size_t)columns * SUMMARY_SIZE : 0, sizeof(double));
    workspace->pairs = arena_take(arena, loss->pairs_columns ? (size_t)size : 0, sizeof *workspace->pairs);
    workspace->weights = arena_take(arena, loss->reduces ? (size_t)size * LOSS_MEANS : 0, sizeof(double));
    workspace->similarities = arena_take(arena, (size_t)workspace->tile * (size_t)width, sizeof(float));
    workspace->scratch =
        arena_take(arena, (size_t)workspace->threads * (size_t)loss->scratch_rows * (size_t)workspace->scratch_width,
                   sizeof(float));
}

/* Row `index` of A as its loss sees it. */
static struct anchor view_row(const struct tile *tile, int index)
{
    return (struct anchor){
        .index = tile->self ? index : NO_COLUMN,
        .label = tile->rows.labels[index],
        .batch_size = tile->batch->size,
        .dim = tile->batch->dim,
        .size = tile->columns.count,
        .labels = tile->columns.labels,
        .embeddings = tile->columns.embeddings,
        .summaries = tile->loss->summarize ? tile->workspace->summaries : NULL,
        .scratch_width = tile->workspace->scratch_width,
    };
}

/* Panel of rows: S = A_panel X^T; returns its first row. */
static float *compute_similarities(const struct tile *tile, int panel, int *first, int *rows)
{
    int offset = panel * PANEL_ROWS, dim = tile->batch->dim;
    float *similarities = tile->workspace->similarities + (size_t)offset * (size_t)tile->columns.count;
    *rows = number_smaller(PANEL_ROWS, tile->count - offset);
    *first = tile->first + offset;
    product_of_rows(tile->rows.embeddings + (size_t)*first * (size_t)dim, *rows, tile->columns.embeddings,
                    tile->columns.count, dim, similarities);
    return similarities;
}

static void summarize_rows(void *context, int panel)
{
    const struct tile *tile = context;
    int first, rows;
    float *similarities = compute_similarities(tile, panel, &first, &rows);
    for (int row = 0; row < rows; row++) {
        struct anchor anchor = view_row(tile, first + row);
        tile->loss->summarize(tile->options, &anchor, similarities + (size_t)row * (size_t)anchor.size,
                              tile->workspace->summaries + (size_t)(first + row) * SUMMARY_SIZE);
    }
}

/* The factors of an anchor's means: 1, or from the weights of an earlier walk. */
static void set_scale(const struct tile *tile, const double *weight, float *scale)
{
    for (int m = 0; m < LOSS_MEANS; m++) {
        double mean = tile->mean_weight[m];
        scale[m] = !tile->weighted ? 1 : mean > 0 ? (float)(weight[m] / mean) : 0;
    }
}

/* Multiplies the loss and slopes of an anchor of one mean. */
static float scale_anchor(const struct anchor *anchor, float loss, float *slopes)
{
    float scale = anchor->scale[0];
    for (int j = 0; j < anchor->size; j++) slopes[j] *= scale;
    if (anchor->pair) anchor->pair->slope *= scale;
    return scale * loss;
}

/* The loss's own result, scaled if it reduces. */
static float compute_loss(const struct tile *tile, struct anchor *anchor, float *similarities, float *scratch)
{
    const struct reduction *reduction = tile->options;
    double none[LOSS_MEANS];
    float scale[LOSS_MEANS];
    int reduces = tile->loss->reduces;
    anchor->weight = reduces ? tile->workspace->weights + (size_t)anchor->index * LOSS_MEANS : none;
    anchor->scale = scale;
    set_scale(tile, anchor->weight, scale);
    anchor->weight[0] = anchor->weight[1] = 1;
    float loss = tile->loss->anchor(tile->options, anchor, similarities, scratch);
    if (reduces == 1 && reduction->reduce == REDUCE_NONZERO && !(loss > 0)) anchor->weight[0] = 0;
    return reduces == 1 && tile->weighted ? scale_anchor(anchor, loss, similarities) : loss;
}

/* similarities (columns) of one anchor become its slopes. */
static void compute_anchor(const struct tile *tile, int index, float *similarities)
{
    const struct loss_workspace *workspace = tile->workspace;
    struct anchor anchor = view_row(tile, index);
    size_t scratch_size = (size_t)tile->loss->scratch_rows * (size_t)workspace->scratch_width;
    /* Comparisons with NAN are false, so a diverged network could look like one without pairs; |z_i|^2 reveals it. */
    int diverged = !isfinite(similarities[tile->self ? index : 0]);
    if (tile->loss->pairs_columns) {
        workspace->pairs[index] = (struct column_pair){0};
        anchor.pair = &workspace->pairs[index];
    }
    float loss =
        compute_loss(tile, &anchor, similarities, workspace->scratch + (size_t)parallel_thread() * scratch_size);
    tile->batch->sample_losses[index] = diverged ? NAN : loss;
}

/* A panel of rows: computes its anchors and their half of the gradient, W X. */
static void compute_rows(void *context, int panel)
{
    const struct tile *tile = context;
    struct batch *batch = tile->batch;
    int first, rows, columns = tile->columns.count;
    float *similarities = compute_similarities(tile, panel, &first, &rows);
    for (int row = 0; row < rows; row++)
        compute_anchor(tile, first + row, similarities + (size_t)row * (size_t)columns);
    if (!tile->backward) return;
    product_add_to_rows(similarities, rows, columns, tile->columns.embeddings, batch->dim, 1.0f / batch->size,
                        batch->gradients + (size_t)first * (size_t)batch->dim);
}

/* A panel of columns: computes the other half, W^T Z, for the columns that the tile's anchors were compared with. */
static void compute_columns(void *context, int panel)
{
    const struct tile *tile = context;
    const struct batch *batch = tile->batch;
    int first = panel * PANEL_ROWS, columns = number_smaller(PANEL_ROWS, tile->trained_columns - first);
    size_t dim = (size_t)batch->dim;
    product_add_to_columns(tile->workspace->similarities + first, tile->columns.count, tile->count, columns,
                           batch->embeddings + (size_t)tile->first * dim, batch->dim, 1.0f / batch->size,
                           tile->column_gradients + (size_t)first * dim);
}

/* Adds the pairs outside their anchors' rows, in the anchors' order. */
static void add_pairs(const struct tile *tile)
{
    const struct batch *batch = tile->batch;
    for (int i = 0; i < batch->size; i++) {
        struct column_pair pair = tile->workspace->pairs[i];
        const int ends[2][2] = {{pair.a, pair.b}, {pair.b, pair.a}};
        float slope = pair.slope / (float)batch->size;
        for (int end = 0; end < 2 && slope != 0; end++) {
            if (ends[end][0] >= tile->trained_columns) continue;
            float *gradient = batch->gradients + (size_t)ends[end][0] * (size_t)batch->dim;
            const float *other = tile->columns.embeddings + (size_t)ends[end][1] * (size_t)batch->dim;
            for (int k = 0; k < batch->dim; k++) gradient[k] += slope * other[k];
        }
    }
}

/* The batch, followed by the memory bank's entries if there is a bank. */
static struct vectors join_bank(const struct loss_workspace *workspace, const struct vectors *batch, int dim)
{
    const struct memory_bank *bank = workspace->bank;
    if (!bank || bank->count == 0) return *batch;
    size_t size = (size_t)batch->count, count = (size_t)bank->count, width = (size_t)dim;
    memcpy(workspace->labels, batch->labels, size * sizeof(int));
    memcpy(workspace->labels + size, bank->labels, count * sizeof(int));
    memcpy(workspace->columns, batch->embeddings, size * width * sizeof(float));
    memcpy(workspace->columns + size * width, bank->embeddings, count * width * sizeof(float));
    return (struct vectors){batch->count + bank->count, workspace->labels, workspace->columns};
}

/* Calls `rows` for each panel of rows in each tile, and after each tile `columns` for each panel of columns. */
static void walk(struct tile tile, void (*rows)(void *, int), void (*columns)(void *, int))
{
    for (tile.first = 0; tile.first < tile.rows.count; tile.first += tile.count) {
        tile.count = number_smaller(tile.workspace->tile, tile.rows.count - tile.first);
        parallel_for(panel_count(tile.count), rows, &tile);
        if (columns) parallel_for(panel_count(tile.trained_columns), columns, &tile);
    }
}

/* Walks once without gradients to find the weights of all anchors. They are whole numbers, so their sum does not depend
 * on the order. */
static void weigh_anchors(struct tile *tile)
{
    struct tile first = *tile;
    first.backward = 0;
    walk(first, compute_rows, NULL);
    for (int i = 0; i < tile->rows.count; i++)
        for (int m = 0; m < LOSS_MEANS; m++) tile->mean_weight[m] += tile->workspace->weights[i * LOSS_MEANS + m];
    for (int m = 0; m < LOSS_MEANS; m++) tile->mean_weight[m] /= tile->rows.count;
    tile->weighted = 1;
}

/* Samples against each other and the memory bank. */
static void compute_pairs(struct tile tile)
{
    struct batch *batch = tile.batch;
    tile.rows = (struct vectors){batch->size, batch->labels, batch->embeddings};
    tile.columns = join_bank(tile.workspace, &tile.rows, batch->dim);
    tile.self = 1;
    tile.column_gradients = batch->gradients;
    tile.trained_columns = tile.workspace->detached ? 0 : batch->size;
    if (tile.loss->summarize) walk(tile, summarize_rows, NULL);
    if (tile.loss->reduces && reduction_weighs(tile.options)) weigh_anchors(&tile);
    walk(tile, compute_rows, tile.backward ? compute_columns : NULL);
    if (tile.backward && tile.loss->pairs_columns) add_pairs(&tile);
}

static void add_regularizer(const struct tile *tile, const struct proxies *proxies)
{
    float value = (float)tile->loss->regularize(tile->options, proxies);
    for (int i = 0; i < tile->batch->size; i++) tile->batch->sample_losses[i] += value;
}

/* Samples against proxies, which are summarized over the batch. */
static void compute_proxies(struct tile tile)
{
    struct batch *batch = tile.batch;
    struct proxies *proxies = tile.workspace->proxies;
    proxies_normalize(proxies);
    struct vectors samples = {batch->size, batch->labels, batch->embeddings};
    struct vectors units = {proxies->count, proxies->labels, proxies->units};
    tile.rows = units, tile.columns = samples;
    if (tile.loss->summarize) walk(tile, summarize_rows, NULL);
    tile.rows = samples, tile.columns = units;
    tile.column_gradients = proxies->unit_gradients;
    tile.trained_columns = proxies->count;
    memset(proxies->unit_gradients, 0, (size_t)proxies->count * (size_t)proxies->dim * sizeof(float));
    walk(tile, compute_rows, tile.backward ? compute_columns : NULL);
    if (tile.loss->regularize) add_regularizer(&tile, proxies);
    if (tile.backward) proxies_backward(proxies);
}

static float mean(const float *values, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return (float)(sum / count);
}

static void compute(struct tile tile)
{
    struct batch *batch = tile.batch;
    assert(parallel_threads() <= tile.workspace->threads);
    if (tile.backward) memset(batch->gradients, 0, (size_t)batch->size * (size_t)batch->dim * sizeof(float));
    if (!tile.loss->has_proxies)
        compute_pairs(tile);
    else if (tile.workspace->proxies && tile.workspace->proxies->count > 0)
        compute_proxies(tile);
    else
        for (int i = 0; i < batch->size; i++) batch->sample_losses[i] = NAN;
    batch->mean_loss = mean(batch->sample_losses, batch->size);
}

void loss_compute(const struct loss *loss, const void *options, struct batch *batch,
                  const struct loss_workspace *workspace)
{
    compute((struct tile){.loss = loss, .options = options, .batch = batch, .workspace = workspace, .backward = 1});
}

float loss_value(const struct loss *loss, const void *options, struct batch *batch,
                 const struct loss_workspace *workspace)
{
    compute((struct tile){.loss = loss, .options = options, .batch = batch, .workspace = workspace, .backward = 0});
    return batch->mean_loss;
}
