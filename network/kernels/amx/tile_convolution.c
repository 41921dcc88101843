/* tile_convolution.c - see tile_convolution.h: packs weights and distributes strips over threads. */
#include "network/kernels/amx/tile_convolution.h"

#include <string.h>

#include "base/parallel.h"
#include "network/kernels/amx/tile_strip.h"
#include "network/kernels/amx/tile_weights.h"

size_t tile_convolution_weights_bytes(const struct tile_convolution *plan)
{
    return (size_t)plan->blocks * tile_convolution_block_elements(plan) * sizeof(uint16_t);
}

size_t tile_convolution_scratch_bytes(const struct tile_convolution *plan)
{
    return tile_strip_bytes(plan) * (size_t)plan->threads;
}

struct loading {
    const struct tile_convolution *plan;
    const float *weights;
    uint16_t *packed;
};

/* If a row of the window is merged into the channels, k runs over its columns too (load_merged_tile). */
static struct tile_steps weight_steps(const struct tile_convolution *plan)
{
    size_t window = (size_t)(plan->shape.window * plan->shape.window),
           row = (size_t)plan->shape.input_channels * window;
    return plan->backward ? (struct tile_steps){row, window} : (struct tile_steps){window, row};
}

static void load_merged_tile(const struct tile_convolution *plan, const float *weights, int columns, uint16_t *tile)
{
    int channels = plan->from_channels, w = plan->shape.window;
    memset(tile, 0, TILE_BYTES);
    for (int n = 0; n < columns; n++)
        for (int k = 0; k < channels * w; k++)
            tile[(k / 2 * TILE + n) * 2 + k % 2] =
                bf16_narrow(weights[(n * channels + k % channels) * w * w + k / channels]);
}

/* The tile of one position of the window, `depth` channels that are read and 16 that are written. */
static void load_part(const struct loading *job, int tap, int k, int n, uint16_t *tile)
{
    const struct tile_convolution *plan = job->plan;
    struct tile_steps step = weight_steps(plan);
    int columns = number_smaller(TILE, plan->to_channels - n);
    const float *weights = job->weights + (size_t)plan->tap[tap].position + (size_t)n * step.n;
    if (plan->merged)
        load_merged_tile(plan, weights, columns, tile);
    else
        tile_load(weights + (size_t)(k * plan->depth) * step.k, step, plan->depth, columns, tile);
}

/* In the order in which tile_product.c multiplies them. */
static void load_block(void *context, int block)
{
    const struct loading *job = context;
    const struct tile_convolution *plan = job->plan;
    uint16_t *packed = job->packed + (size_t)block * tile_convolution_block_elements(plan);
    for (int p = 0; p < plan->phase_count; p++)
        for (int k = 0; k < plan->depth_tiles; k++)
            for (int t = plan->phase[p].first_tap; t < plan->phase[p].last_tap; t++)
                for (int half = 0; half < 2; half++, packed += TILE_BYTES / sizeof *packed)
                    load_part(job, t, k, block * BLOCK + half * TILE, packed);
}

void tile_convolution_load(const struct tile_convolution *plan, const float *weights, uint16_t *packed)
{
    struct loading job = {plan, weights, packed};
    parallel_for(plan->blocks, load_block, &job);
}

struct running {
    const struct tile_convolution *plan;
    const uint16_t *input, *packed;
    const struct tile_epilogue *epilogue;
    uint16_t *output;
    char *scratch;
};

static void run_strip(void *context, int index)
{
    const struct running *job = context;
    tile_strip_run(&(struct tile_strip){
        .plan = job->plan,
        .input = job->input,
        .packed = job->packed,
        .block_elements = tile_convolution_block_elements(job->plan),
        .epilogue = job->epilogue,
        .output = job->output,
        .index = index,
        .scratch = job->scratch + (size_t)parallel_thread() * tile_strip_bytes(job->plan),
    });
}

void tile_convolution_run(const struct tile_convolution *plan, const uint16_t *input, const uint16_t *packed,
                          const struct tile_epilogue *epilogue, uint16_t *output, void *scratch)
{
    struct running job = {plan, input, packed, epilogue, output, scratch};
    parallel_for(plan->strips, run_strip, &job);
}
