/* tile_gradient.c - see tile_gradient.h: distributes pieces over threads, and reorders the sums at the end. */
#include "network/kernels/amx/tile_gradient.h"

#include "base/parallel.h"
#include "network/kernels/elementwise.h"
#include "network/kernels/amx/tile_piece.h"
#include "network/kernels/amx/tile_weights.h"

size_t tile_gradient_sum_bytes(const struct tile_gradient *plan)
{
    return plan->sum_count * sizeof(float);
}

static size_t bias_count(const struct tile_gradient *plan)
{
    return (size_t)plan->left_blocks * BLOCK;
}

/* Scratch bytes of one part: its packed pieces, and sums and biases if it cannot add to the caller's. */
static size_t part_bytes(const struct tile_gradient *plan)
{
    size_t sums = plan->pixel_parts > 1 ? tile_gradient_sum_bytes(plan) : 0;
    return plan->left_bytes + plan->right_bytes + bias_count(plan) * sizeof(float) + sums;
}

size_t tile_gradient_scratch_bytes(const struct tile_gradient *plan)
{
    return part_bytes(plan) * (size_t)(plan->pixel_parts * plan->channel_parts);
}

struct unloading {
    const struct tile_gradient *plan;
    const float *sums;
    float *weights;
    int from[BLOCK * TILE_TAPS_MAX]; /* where a block's weights of one output channel are, relative to the first */
};

static void fill_from(struct unloading *job)
{
    const struct tile_gradient *plan = job->plan;
    int w = plan->shape.window, channels = plan->columns_merged ? plan->shape.input_channels : BLOCK;
    for (int c = 0; c < channels; c++)
        for (int y = 0; y < w; y++)
            for (int x = 0; x < w; x++) {
                int position = plan->columns_merged ? y : y * w + x, lane = plan->columns_merged ? x * channels + c : c;
                job->from[(c * w + y) * w + x] = position * BLOCK_FLOATS + tile_sum_at(0, tile_packed_at(lane));
            }
}

/* Block by block, so that sums are read while they are in the cache. */
static void unload_block(void *context, int index)
{
    const struct unloading *job = context;
    const struct tile_gradient *plan = job->plan;
    const struct tile_shape *shape = &plan->shape;
    int l = index / plan->right_blocks, r = index % plan->right_blocks, taps = shape->window * shape->window;
    int count = number_smaller(BLOCK, shape->input_channels - r * BLOCK) * taps;
    const float *sums = job->sums + tile_block_at(plan, l, r, 0);
    for (int o = l * BLOCK; o < number_smaller((l + 1) * BLOCK, shape->output_channels); o++)
        tile_unload(sums + tile_sum_at(tile_packed_at(o % BLOCK), 0), job->from, count,
                    job->weights + (size_t)(o * shape->input_channels + r * BLOCK) * (size_t)taps);
}

void tile_gradient_unload(const struct tile_gradient *plan, const float *sums, float *weights)
{
    struct unloading job = {.plan = plan, .sums = sums, .weights = weights};
    fill_from(&job);
    parallel_for(plan->left_blocks * plan->right_blocks, unload_block, &job);
}

/* One call, as its parts see it. */
struct job {
    const struct tile_gradient *plan;
    const uint16_t *input, *output_gradient;
    float *sums;
    char *scratch;
    int fresh;
};

static int share(int whole, int parts, int part)
{
    return (int)((long)whole * part / parts);
}

/* A part's own memory holds, in this order, pieces, biases and sums. */
static float *part_bias(const struct job *job, int index)
{
    char *own = job->scratch + (size_t)index * part_bytes(job->plan);
    return (float *)(own + job->plan->left_bytes + job->plan->right_bytes);
}

static void run_part(void *context, int index)
{
    const struct job *job = context;
    const struct tile_gradient *plan = job->plan;
    char *own = job->scratch + (size_t)index * part_bytes(plan);
    int pixels = index / plan->channel_parts, channels = index % plan->channel_parts;
    tile_part_run(&(struct tile_part){
        .plan = plan,
        .input = job->input,
        .output_gradient = job->output_gradient,
        .left = own,
        .right = own + plan->left_bytes,
        .sums = pixels == 0 ? job->sums : part_bias(job, index) + bias_count(plan),
        .bias = channels == 0 ? part_bias(job, index) : NULL,
        .first_piece = share(plan->pieces, plan->pixel_parts, pixels),
        .last_piece = share(plan->pieces, plan->pixel_parts, pixels + 1),
        .first_block = share(plan->right_blocks, plan->channel_parts, channels),
        .last_block = share(plan->right_blocks, plan->channel_parts, channels + 1),
        .fresh = job->fresh || pixels > 0,
    });
}

void tile_gradient_run(const struct tile_gradient *plan, const uint16_t *input, const uint16_t *output_gradient,
                       float *sums, float *bias_gradient, int fresh, void *scratch)
{
    struct job job = {plan, input, output_gradient, sums, scratch, fresh};
    int parts = plan->pixel_parts * plan->channel_parts;
    parallel_for(parts, run_part, &job);
    for (int part = 0; part < parts; part += plan->channel_parts) {
        const float *bias = part_bias(&job, part);
        if (part > 0) elementwise_add(sums, bias + bias_count(plan), plan->sum_count);
        for (int o = 0; o < plan->shape.output_channels; o++)
            bias_gradient[o] = (fresh && part == 0 ? 0 : bias_gradient[o]) + bias[tile_packed_at(o)];
    }
}
