/* tile_gradient_plan.c - see tile_gradient_plan.h. */
#include "network/kernels/amx/tile_gradient_plan.h"

enum {
    PIECE_BYTES = 640 << 10,       /* packed, about a third of a core's second-level cache */
    SHARED_PIXELS_BYTES = 1 << 20, /* up to this size each thread has its own sums */
};

static void choose_pieces(struct tile_gradient *plan)
{
    int rows = plan->shape.output_size;
    size_t row_bytes = (size_t)tile_row_pairs(plan) * 2 * PAIR_BYTES * (size_t)(plan->left_blocks + plan->variants);
    int fitting = number_larger(1, (int)(PIECE_BYTES / row_bytes));
    if (fitting >= rows) {
        plan->piece_rows = rows;
        int calls = tile_up(plan->shape.samples, number_larger(1, fitting / (rows + plan->row_span)));
        plan->piece_images = tile_up(plan->shape.samples, calls);
        plan->pieces = tile_up(plan->shape.samples, plan->piece_images);
    } else {
        plan->piece_images = 1;
        plan->piece_rows = tile_up(rows, tile_up(rows, fitting));
        plan->pieces = plan->shape.samples * tile_up(rows, plan->piece_rows);
    }
    int packed_rows = plan->piece_images * (plan->piece_rows + plan->row_span) - plan->row_span;
    plan->left_pairs = tile_up(packed_rows * tile_row_pairs(plan), TILE) * TILE;
    plan->right_pairs = plan->left_pairs + plan->row_span * tile_row_pairs(plan);
    plan->left_bytes = (size_t)plan->left_blocks * 2 * (size_t)plan->left_pairs * PAIR_BYTES;
    plan->right_bytes = (size_t)plan->variants * 2 * (size_t)plan->right_pairs * PAIR_BYTES;
}

static void share_out(struct tile_gradient *plan, int threads)
{
    int pixels = plan->sum_count * sizeof(float) <= SHARED_PIXELS_BYTES && plan->pieces >= threads;
    plan->pixel_parts = pixels ? threads : 1;
    plan->channel_parts = pixels ? 1 : number_smaller(threads, plan->right_blocks);
}

void tile_gradient_plan(struct tile_gradient *plan, const struct tile_shape *shape, int threads)
{
    *plan = (struct tile_gradient){.shape = *shape};
    plan->columns_merged = shape->window > 1 && shape->window * shape->input_channels <= BLOCK;
    plan->right_lanes = shape->input_channels * (plan->columns_merged ? shape->window : 1);
    plan->left_blocks = tile_up(shape->output_channels, BLOCK);
    plan->right_blocks = tile_up(plan->right_lanes, BLOCK);
    plan->variants = tile_phases(shape) * tile_columns(plan);
    plan->row_span = tile_row_offset(shape, shape->window - 1) - tile_row_offset(shape, 0);
    plan->sum_count = (size_t)plan->left_blocks * (size_t)plan->right_blocks * (size_t)shape->window *
                      (size_t)tile_columns(plan) * BLOCK_FLOATS;
    choose_pieces(plan);
    share_out(plan, threads);
}
