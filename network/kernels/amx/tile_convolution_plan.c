/* tile_convolution_plan.c - see tile_convolution_plan.h. */
#include "network/kernels/amx/tile_convolution_plan.h"

enum {
    STRIP_BYTES = 384 << 10, /* of input, in a core's second-level cache */
    SMALL_STRIP_BYTES = 128 << 10,
    SMALL_WEIGHTS_BYTES = 512 << 10,
    GROUP_BYTES = 640 << 10, /* of weights, beside a strip */
};

static int floor_divide(int a, int b)
{
    return a >= 0 ? a / b : -tile_up(-a, b);
}

/* In the forward pass a tap reads input pixel stride * output + from, which is pixel output + from / stride of plane
 * `from mod stride`. */
static void add_forward_tap(struct tile_convolution *plan, int y, int x)
{
    const struct tile_shape *shape = &plan->shape;
    int s = shape->stride, row = y - shape->pad_before, column = x - shape->pad_before;
    int row_at = floor_divide(row, s), column_at = plan->merged ? 0 : floor_divide(column, s);
    int column_phase = plan->merged ? 0 : column - column_at * s;
    plan->tap[plan->tap_count++] = (struct tile_tap){
        .position = y * shape->window + x,
        .plane = (row - row_at * s) * (plan->merged ? 1 : s) + column_phase,
        .row = row_at,
        .offset = column_at,
    };
}

static void add_forward_taps(struct tile_convolution *plan)
{
    for (int y = 0; y < plan->shape.window; y++)
        for (int x = 0; x < (plan->merged ? 1 : plan->shape.window); x++) add_forward_tap(plan, y, x);
    plan->phase[0].last_tap = plan->tap_count;
    plan->phase_count = 1;
}

/* Row y of the window read input row stride * r + phase for output row r + (phase + pad - y) / stride, where that is
 * whole. */
static void add_backward_taps(struct tile_convolution *plan, int row_phase, int column_phase)
{
    const struct tile_shape *shape = &plan->shape;
    int s = shape->stride;
    struct tile_phase *phase = &plan->phase[plan->phase_count++];
    *phase = (struct tile_phase){row_phase, column_phase, plan->tap_count, 0};
    for (int y = 0; y < shape->window; y++)
        for (int x = 0; x < shape->window; x++) {
            int row = row_phase + shape->pad_before - y, column = column_phase + shape->pad_before - x;
            if (row % s != 0 || column % s != 0) continue;
            plan->tap[plan->tap_count++] =
                (struct tile_tap){.position = y * shape->window + x, .row = row / s, .offset = column / s};
        }
    phase->last_tap = plan->tap_count;
}

static void add_taps(struct tile_convolution *plan)
{
    if (!plan->backward) {
        add_forward_taps(plan);
        return;
    }
    for (int row = 0; row < plan->shape.stride; row++)
        for (int column = 0; column < plan->shape.stride; column++) add_backward_taps(plan, row, column);
}

/* Turns offsets relative to an output into offsets in a plane, whose first row and column are the first that are
 * read. */
static void place_taps(struct tile_convolution *plan)
{
    int bottom = 0, right = 0;
    for (int t = 0; t < plan->tap_count; t++) {
        plan->top = number_larger(plan->top, -plan->tap[t].row);
        plan->left = number_larger(plan->left, -plan->tap[t].offset);
        bottom = number_larger(bottom, plan->tap[t].row);
        right = number_larger(right, plan->tap[t].offset);
    }
    plan->row_span = plan->top + bottom;
    plan->column_span = number_larger(plan->left, right); /* a row's last zeros are the next one's first */
    if (plan->merged) plan->left = plan->shape.pad_before;
    plan->column_step = plan->merged   ? plan->from_channels * plan->read_stride
                        : plan->direct ? plan->from_channels
                                       : BLOCK;
    plan->row_elements = plan->merged ? plan->from_channels * (plan->from_size + plan->shape.window)
                                      : BLOCK * (plan->grid + plan->column_span);
    for (int t = 0; t < plan->tap_count; t++) {
        plan->tap[t].row += plan->top;
        plan->tap[t].offset = plan->merged ? 0 : (plan->tap[t].offset + plan->left) * BLOCK;
    }
}

/* Channels in one tile: even, and a divisor of their number, as a tile that went beyond would read the next pixel. */
static int choose_depth(struct tile_convolution *plan)
{
    int channels = plan->from_channels * (plan->merged ? plan->shape.window : 1);
    if (plan->merged) {
        plan->depth = tile_up(channels, 2) * 2; /* the last may belong to another pixel; its weight is 0 */
        plan->depth_tiles = 1;
        return 0;
    }
    for (int tiles = tile_up(channels, BLOCK); tiles <= channels / 8; tiles++)
        if (channels % (2 * tiles) == 0) {
            plan->depth = channels / tiles;
            plan->depth_tiles = tiles;
            return 0;
        }
    return -1;
}

/* Pixels of a strip that is read in place. Small weights stay in the cache beside the strip's input and three times its
 * output. Large weights are read once per strip, so strips are as large as their input allows. */
static int direct_pixels(const struct tile_convolution *plan)
{
    int from = plan->from_channels * (int)sizeof(uint16_t), to = plan->to_channels * (int)sizeof(uint16_t);
    int fitting = from * to <= 2 * SMALL_WEIGHTS_BYTES ? SMALL_STRIP_BYTES / (from + 3 * to) : STRIP_BYTES / from;
    return number_larger(1, fitting);
}

static void choose_direct_strips(struct tile_convolution *plan)
{
    int pixels = plan->shape.samples * plan->to_size * plan->to_size;
    int strips = tile_up(tile_up(pixels, direct_pixels(plan)), plan->threads) * plan->threads;
    plan->strip_pixels = tile_up(tile_up(pixels, strips), BLOCK) * BLOCK;
    plan->strips = tile_up(pixels, plan->strip_pixels);
    plan->tile_count = plan->strip_pixels / TILE;
    plan->part_step = (size_t)plan->depth;
}

static void choose_copied_strips(struct tile_convolution *plan)
{
    size_t row_bytes = (size_t)(plan->planes * plan->depth_tiles) * (size_t)plan->row_elements * sizeof(uint16_t);
    int fitting = number_larger(1, (int)(STRIP_BYTES / row_bytes)), samples = plan->shape.samples;
    if (fitting >= plan->grid) {
        plan->strip_rows = plan->grid;
        int strips = tile_up(samples, number_larger(1, fitting / (plan->grid + plan->row_span)));
        strips = tile_up(strips, plan->threads) * plan->threads;
        plan->strip_images = tile_up(samples, strips);
        plan->strips = tile_up(samples, plan->strip_images);
    } else {
        plan->strip_images = 1;
        plan->strip_rows = tile_up(plan->grid, tile_up(plan->grid, fitting));
        plan->strips = samples * tile_up(plan->grid, plan->strip_rows);
    }
    int rows = plan->strip_images * (plan->strip_rows + plan->row_span) + 1;
    size_t slack = (size_t)(2 * BLOCK * plan->column_step); /* the last tiles run over */
    plan->part_elements = ((size_t)rows * (size_t)plan->row_elements + slack + BLOCK - 1) / BLOCK * BLOCK;
    plan->part_step = plan->part_elements;
    plan->plane_elements = (size_t)plan->depth_tiles * plan->part_elements;
    plan->copy_bytes = (size_t)plan->planes * plan->plane_elements * sizeof(uint16_t);
    plan->tile_count = tile_up(plan->strip_images * tile_image_tiles(plan, plan->strip_rows), 2) * 2;
}

static void start_taps(struct tile_convolution *plan)
{
    for (int t = 0; t < plan->tap_count; t++) {
        struct tile_tap *tap = &plan->tap[t];
        tap->start = (size_t)tap->plane * plan->plane_elements + (size_t)(tap->row * plan->row_elements + tap->offset);
    }
}

size_t tile_convolution_block_elements(const struct tile_convolution *plan)
{
    return (size_t)plan->tap_count * (size_t)plan->depth_tiles * 2 * TILE_BYTES / sizeof(uint16_t);
}

int tile_convolution_plan(struct tile_convolution *plan, const struct tile_shape *shape, int backward, int threads)
{
    int w = shape->window, s = shape->stride;
    *plan = (struct tile_convolution){
        .shape = *shape,
        .backward = backward,
        .from_channels = backward ? shape->output_channels : shape->input_channels,
        .from_size = backward ? shape->output_size : shape->input_size,
        .to_channels = backward ? shape->input_channels : shape->output_channels,
        .to_size = backward ? shape->input_size : shape->output_size,
        .read_stride = backward ? 1 : s,
        .write_stride = backward ? s : 1,
        .threads = threads,
    };
    if (w * w > TILE_TAPS_MAX || s * s > TILE_PHASES_MAX || (w == 1 && shape->pad_before > 0)) return -1;
    int pixels = shape->samples * plan->to_size * plan->to_size;
    plan->direct = w == 1 && s == 1 && pixels >= BLOCK;
    plan->merged = !backward && w > 1 && w * shape->input_channels <= BLOCK;
    if (choose_depth(plan) != 0) return -1;
    plan->blocks = tile_up(plan->to_channels, BLOCK);
    plan->grid = tile_up(plan->to_size, plan->write_stride);
    plan->planes = backward || w == 1 ? 1 : plan->merged ? s : s * s;
    add_taps(plan);
    place_taps(plan);
    plan->block_group = number_larger(1, (int)(GROUP_BYTES / sizeof(uint16_t) / tile_convolution_block_elements(plan)));
    if (plan->direct)
        choose_direct_strips(plan);
    else
        choose_copied_strips(plan);
    start_taps(plan);
    return 0;
}
