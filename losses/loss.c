/* loss.c - see loss.h: the driver that every loss runs under.
 *
 * S is walked in tiles of rows, and a tile in panels that the threads share out. First each panel computes its rows of
 * S, turns them into slopes W and adds W Z to its own rows of g; when the whole tile is done, each panel of columns
 * adds its part of W^T Z. The cut into panels is fixed, so the sums are the same on any number of threads. */
#include "losses/loss.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/parallel.h"
#include "losses/similarity.h"

enum {
    TILE_ROWS = 512, /* bounds the workspace: 2 MiB for every 1,024 samples of the batch */
    PANEL_ROWS = 64, /* enough for sgemm, few enough to share out a batch of a few hundred */
};

/* One tile of S on its way through. */
struct tile {
    const struct loss *loss;
    const void *options;
    struct batch *batch;
    const struct loss_workspace *workspace;
    int first, rows; /* anchors first .. first + rows - 1 */
    int backward;    /* 0: sample losses alone */
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int panel_count(int rows)
{
    return (rows + PANEL_ROWS - 1) / PANEL_ROWS;
}

void loss_workspace_take(struct loss_workspace *workspace, const struct loss *loss, int size, int dim,
                         struct arena *arena)
{
    (void)dim; /* the products run in place: only S needs room */
    workspace->tile = smaller(size, TILE_ROWS);
    workspace->threads = parallel_threads();
    workspace->similarities = arena_take(arena, (size_t)workspace->tile * size, sizeof(float));
    workspace->scratch = arena_take(arena, (size_t)workspace->threads * loss->scratch_rows * size, sizeof(float));
}

/* similarities (B) of one anchor become its slopes. */
static void compute_anchor(const struct tile *tile, int index, float *similarities)
{
    struct batch *batch = tile->batch;
    struct anchor anchor = {index, batch->size, batch->labels};
    size_t scratch_size = (size_t)tile->loss->scratch_rows * batch->size;
    float *scratch = tile->workspace->scratch + parallel_thread() * scratch_size;
    /* Comparisons with NAN are false, so a diverged network could look like one without pairs: |z_i|^2 tells. */
    int diverged = !isfinite(similarities[index]);
    float loss = tile->loss->anchor(tile->options, &anchor, similarities, scratch);
    batch->sample_losses[index] = diverged ? NAN : loss;
}

/* Panel of rows: S = Z_panel Z^T, its anchors, and their own half of the gradient, W Z. */
static void compute_rows(void *context, int panel)
{
    const struct tile *tile = context;
    struct batch *batch = tile->batch;
    int offset = panel * PANEL_ROWS, rows = smaller(PANEL_ROWS, tile->rows - offset), first = tile->first + offset;
    float *similarities = tile->workspace->similarities + (size_t)offset * batch->size; /* (rows, B) */

    similarity_tile(batch->embeddings + (size_t)first * batch->dim, rows, batch->embeddings, batch->size, batch->dim,
                    similarities);
    for (int row = 0; row < rows; row++) compute_anchor(tile, first + row, similarities + (size_t)row * batch->size);
    if (!tile->backward) return;
    similarity_backward_rows(similarities, rows, batch->size, batch->embeddings, batch->dim, 1.0f / batch->size,
                             batch->gradients + (size_t)first * batch->dim);
}

/* Panel of columns: the other half, W^T Z, for the samples that the tile's anchors were compared with. */
static void compute_columns(void *context, int panel)
{
    const struct tile *tile = context;
    struct batch *batch = tile->batch;
    int first = panel * PANEL_ROWS, columns = smaller(PANEL_ROWS, batch->size - first);

    similarity_backward_columns(tile->workspace->similarities + first, batch->size, tile->rows, columns,
                                batch->embeddings + (size_t)tile->first * batch->dim, batch->dim, 1.0f / batch->size,
                                batch->gradients + (size_t)first * batch->dim);
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
    if (tile.backward) memset(batch->gradients, 0, (size_t)batch->size * batch->dim * sizeof(float));
    for (tile.first = 0; tile.first < batch->size; tile.first += tile.rows) {
        tile.rows = smaller(tile.workspace->tile, batch->size - tile.first);
        parallel_for(panel_count(tile.rows), compute_rows, &tile);
        if (tile.backward) parallel_for(panel_count(batch->size), compute_columns, &tile);
    }
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
