/* tile_strip.c - see tile_strip.h: copies a strip into planes if necessary, and cuts it into tiles, which tile_product
 * multiplies. */
#include "network/kernels/amx/tile_strip.h"

#include "base/arena.h"
#include "network/kernels/amx/tile_product.h"

size_t tile_strip_bytes(const struct tile_convolution *plan)
{
    size_t tiles = (size_t)plan->tile_count;
    return arena_round(plan->copy_bytes) + arena_round(tiles * sizeof(size_t)) +
           arena_round(tiles * TILE * sizeof(int64_t));
}

/* The images and rows of a copied strip. */
struct extent {
    int image, images, row, rows;
};

static struct extent strip_extent(const struct tile_strip *strip)
{
    const struct tile_convolution *plan = strip->plan;
    int per_image = tile_up(plan->grid, plan->strip_rows);
    struct extent extent = {.images = 1};
    if (per_image == 1) {
        extent.image = strip->index * plan->strip_images;
        extent.images = number_smaller(plan->strip_images, plan->shape.samples - extent.image);
        extent.rows = plan->grid;
    } else {
        extent.image = strip->index / per_image;
        extent.row = strip->index % per_image * plan->strip_rows;
        extent.rows = number_smaller(plan->strip_rows, plan->grid - extent.row);
    }
    return extent;
}

/* One row of a plane whose pixels hold the window's row together; row NULL: zeros. */
static void copy_merged_row(const struct tile_convolution *plan, const uint16_t *row, uint16_t *to)
{
    size_t channels = (size_t)plan->from_channels, left = (size_t)plan->left * channels;
    size_t size = (size_t)plan->from_size * channels, all = (size_t)plan->row_elements;
    if (!row) {
        memset(to, 0, all * sizeof *to);
        return;
    }
    if (left + size > all) size = all - left;
    memset(to, 0, left * sizeof *to);
    memcpy(to + left, row, size * sizeof *to);
    memset(to + left + size, 0, (all - left - size) * sizeof *to);
}

/* One row of a plane, to each of its parts of `depth` channels; row NULL: zeros. */
TILE_CODE static void copy_row(const struct tile_convolution *plan, const uint16_t *row, int column_phase, uint16_t *to)
{
    __mmask32 lanes = tile_lanes(plan->depth);
    int columns = plan->row_elements / BLOCK;
    for (int c = 0; c < columns; c++, to += BLOCK) {
        int from = plan->read_stride * (c - plan->left) + column_phase;
        const uint16_t *pixel = row && from >= 0 && from < plan->from_size ? row + from * plan->from_channels : NULL;
        for (int k = 0; k < plan->depth_tiles; k++)
            _mm512_store_si512(to + (size_t)k * plan->part_elements,
                               pixel ? _mm512_maskz_loadu_epi16(lanes, pixel + k * plan->depth)
                                     : _mm512_setzero_si512());
    }
}

TILE_CODE static void copy_plane(const struct tile_strip *strip, const struct extent *extent, int plane, uint16_t *to)
{
    const struct tile_convolution *plan = strip->plan;
    int phases = plan->merged ? 1 : plan->read_stride, rows = extent->rows + plan->row_span;
    size_t row_elements = (size_t)plan->row_elements, image_row = (size_t)plan->from_size * (size_t)plan->from_channels;
    for (int y = 0; y < extent->images * rows; y++, to += row_elements) {
        int row = plan->read_stride * (extent->row + y % rows - plan->top) + plane / phases;
        size_t at = (size_t)(extent->image + y / rows) * (size_t)plan->from_size + (size_t)row;
        const uint16_t *from = row >= 0 && row < plan->from_size ? strip->input + at * image_row : NULL;
        if (plan->merged)
            copy_merged_row(plan, from, to);
        else
            copy_row(plan, from, plane % phases, to);
    }
    size_t end = plan->part_elements - (size_t)(extent->images * rows) * row_elements;
    for (int k = 0; k < plan->depth_tiles; k++) memset(to + (size_t)k * plan->part_elements, 0, end * sizeof *to);
}

static int64_t pixel_start(const struct tile_convolution *plan, int pixel)
{
    return (int64_t)pixel * plan->to_channels;
}

/* Where grid position (row, column) of a phase is written; -1 outside. */
static int64_t output_start(const struct tile_convolution *plan, const struct tile_phase *phase, int image, int row,
                            int column)
{
    int y = plan->write_stride * row + phase->row, x = plan->write_stride * column + phase->column;
    if (column >= plan->grid || y >= plan->to_size || x >= plan->to_size) return -1;
    return pixel_start(plan, (image * plan->to_size + y) * plan->to_size + x);
}

static int list_copied(const struct tile_strip *strip, const struct extent *extent, const struct tile_phase *phase,
                       struct tile_list *tiles)
{
    const struct tile_convolution *plan = strip->plan;
    int per_image = tile_image_tiles(plan, extent->rows), per_row = tile_up(plan->grid, TILE);
    int width = plan->merged ? per_row * TILE : plan->grid + plan->column_span, count = 0;
    for (int image = 0; image < extent->images; image++) {
        size_t first = (size_t)(image * (extent->rows + plan->row_span)) * (size_t)plan->row_elements;
        int row = 0, column = 0;
        for (int t = 0; t < per_image; t++, count++) {
            tiles->start[count] =
                first + (size_t)row * (size_t)plan->row_elements + (size_t)(column * plan->column_step);
            for (int j = 0; j < TILE; j++) {
                tiles->output[count * TILE + j] =
                    row < extent->rows ? output_start(plan, phase, extent->image + image, extent->row + row, column)
                                       : -1;
                if (++column == width) {
                    column = 0;
                    row++;
                }
            }
        }
    }
    return count;
}

/* Lists tiles read in place. The last tiles are moved back to end with the pixels, and skip pixels that others
 * write. */
static int list_direct(const struct tile_strip *strip, struct tile_list *tiles)
{
    const struct tile_convolution *plan = strip->plan;
    int all = plan->shape.samples * plan->to_size * plan->to_size, first = strip->index * plan->strip_pixels;
    int last = number_smaller(first + plan->strip_pixels, all), count = 0;
    for (int p = first; p < last; p += TILE, count++) {
        int start = number_smaller(p, all - TILE);
        tiles->start[count] = (size_t)start * (size_t)plan->from_channels;
        for (int j = 0; j < TILE; j++)
            tiles->output[count * TILE + j] = start + j < p ? -1 : pixel_start(plan, start + j);
    }
    return count;
}

/* Makes the number of tiles even; the extra one writes nothing. */
static int pair_up(struct tile_list *tiles, int count)
{
    if (count % 2 == 0) return count;
    tiles->start[count] = tiles->start[count - 1];
    for (int j = 0; j < TILE; j++) tiles->output[count * TILE + j] = -1;
    return count + 1;
}

TILE_CODE void tile_strip_run(const struct tile_strip *strip)
{
    const struct tile_convolution *plan = strip->plan;
    uint16_t *planes = (uint16_t *)strip->scratch;
    char *lists = strip->scratch + arena_round(plan->copy_bytes);
    struct tile_list tiles = {(size_t *)lists,
                              (int64_t *)(lists + arena_round((size_t)plan->tile_count * sizeof(size_t)))};
    struct extent extent = plan->direct ? (struct extent){0} : strip_extent(strip);
    for (int plane = 0; plane < plan->planes && !plan->direct; plane++)
        copy_plane(strip, &extent, plane, planes + (size_t)plane * plan->plane_elements);
    tile_configure(plan->depth);
    for (int p = 0; p < plan->phase_count; p++) {
        const struct tile_phase *phase = &plan->phase[p];
        int count = plan->direct ? list_direct(strip, &tiles) : list_copied(strip, &extent, phase, &tiles);
        tile_product_run(&(struct tile_product){
            .plan = plan,
            .phase = phase,
            .planes = plan->direct ? strip->input : planes,
            .tiles = &tiles,
            .count = pair_up(&tiles, count),
            .weights = strip->packed + (size_t)(phase->first_tap * plan->depth_tiles) * 2 * TILE_ELEMENTS,
            .block_elements = strip->block_elements,
            .epilogue = strip->epilogue,
            .output = strip->output,
        });
    }
    _tile_release();
}
