/* gram.c - see gram.h. Tiles on and below the diagonal are computed, each on one thread, and mirrored. */
#include "strategies/gram.h"

#include <math.h>

#include "base/number.h"
#include "base/parallel.h"
#include "base/product.h"

enum { TILE = 64 };

struct job {
    const struct batch *batch;
    float *gram;
    int tiles; /* along a side */
};

float *gram_take(const struct batch *shape, struct arena *arena)
{
    return arena_take(arena, (size_t)shape->size * (size_t)shape->size, sizeof(float));
}

/* Products of vectors (B, dim) for rows from `row` on and columns from `column` on. */
static void multiply(const float *vectors, int dim, int row, int rows, int column, int columns, float *tile)
{
    product_of_rows(vectors + (size_t)row * (size_t)dim, rows, vectors + (size_t)column * (size_t)dim, columns, dim,
                    tile);
}

static void compute_tile(const struct job *job, int row, int column)
{
    const struct batch *batch = job->batch;
    size_t size = (size_t)batch->size;
    int rows = number_smaller(TILE, batch->size - row), columns = number_smaller(TILE, batch->size - column);
    float received[TILE * TILE], inputs[TILE * TILE];
    multiply(batch->received, batch->dim, row, rows, column, columns, received);
    if (batch->inputs) multiply(batch->inputs, batch->input_dim, row, rows, column, columns, inputs);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns && column + j <= row + i; j++) {
            float product = received[i * columns + j] * (batch->inputs ? inputs[i * columns + j] : 1);
            if (!isfinite(product)) product = 0;
            job->gram[(size_t)(row + i) * size + (size_t)(column + j)] = product;
            job->gram[(size_t)(column + j) * size + (size_t)(row + i)] = product;
        }
}

static void compute_row_of_tiles(void *context, int row)
{
    const struct job *job = context;
    for (int column = 0; column <= row && row < job->tiles; column++) compute_tile(job, row * TILE, column * TILE);
}

void gram_compute(const struct batch *batch, float *gram)
{
    struct job job = {batch, gram, (batch->size + TILE - 1) / TILE};
    parallel_for(number_larger(2, job.tiles), compute_row_of_tiles,
                 &job); /* in a loop of one iteration OpenBLAS would use all threads */
}

double gram_sum(const float *gram, int size, double *sums)
{
    double square = 0;
    for (int i = 0; i < size; i++) {
        sums[i] = 0;
        for (int j = 0; j < size; j++) sums[i] += gram[(size_t)i * (size_t)size + (size_t)j];
        square += sums[i];
    }
    return square;
}
