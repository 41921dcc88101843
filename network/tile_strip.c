/* tile_strip.c - the arithmetic of tile_convolution: a strip is copied into planes where it must be, then multiplied
 * with the weights of 32 output channels after the other. */
#include "network/tile_strip.h"

#include "network/tile_finish.h"

/* What a strip consists of: tiles of 16 outputs, each with where it reads and which pixels it writes. */
struct strip_tiles {
    size_t *start;   /* (tiles) elements of a plane, or of the input */
    int64_t *output; /* (tiles, 16) elements of the output, where a pixel begins; -1: none */
};

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

size_t tile_strip_bytes(const struct tile_convolution *plan)
{
    size_t tiles = (size_t)plan->tile_count;
    return aligned(plan->copy_bytes) + aligned(tiles * sizeof(size_t)) + aligned(tiles * TILE * sizeof(int64_t));
}

#if defined(__x86_64__)

enum { TILE_ELEMENTS = TILE_BYTES / sizeof(uint16_t) };

/* Which images and rows, of a copied strip. */
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
        extent.images = tile_smaller(plan->strip_images, plan->shape.samples - extent.image);
        extent.rows = plan->grid;
    } else {
        extent.image = strip->index / per_image;
        extent.row = strip->index % per_image * plan->strip_rows;
        extent.rows = tile_smaller(plan->strip_rows, plan->grid - extent.row);
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
                       struct strip_tiles *tiles)
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

/* In place; the last tiles are moved back to where the pixels end, and leave out what others write. */
static int list_direct(const struct tile_strip *strip, struct strip_tiles *tiles)
{
    const struct tile_convolution *plan = strip->plan;
    int all = plan->shape.samples * plan->to_size * plan->to_size, first = strip->index * plan->strip_pixels;
    int last = tile_smaller(first + plan->strip_pixels, all), count = 0;
    for (int p = first; p < last; p += TILE, count++) {
        int start = tile_smaller(p, all - TILE);
        tiles->start[count] = (size_t)start * (size_t)plan->from_channels;
        for (int j = 0; j < TILE; j++)
            tiles->output[count * TILE + j] = start + j < p ? -1 : pixel_start(plan, start + j);
    }
    return count;
}

enum { SUMS = BLOCK * BLOCK /* of a block: (pixels, channels) */, SUMS_STRIDE = BLOCK * sizeof(float) };

/* The sums of one block: which tiles and taps, and the weights. */
struct product {
    const uint16_t *first, *second; /* where two tiles of outputs begin to read */
    size_t stride;                  /* bytes from pixel to pixel */
    const uint16_t *weights;        /* of 32 channels, in the order of steps */
    int share;                      /* pending pixels to finish after each product */
};

/* Four products; after each some pixels of the block before are finished. After the last step the sums are stored,
 * each as soon as may be. */
TILE_INLINE void multiply_step(const struct product *product, size_t at, struct finish *pending,
                               struct finish_kind kind, float *store)
{
    _tile_loadd(4, product->first + at, product->stride);
    _tile_loadd(6, product->weights, 64);
    _tile_dpbf16ps(0, 4, 6);
    finish_pixels(pending, kind, product->share);
    _tile_loadd(7, product->weights + TILE_ELEMENTS, 64);
    _tile_dpbf16ps(1, 4, 7);
    finish_pixels(pending, kind, product->share);
    if (store) _tile_stored(0, store, SUMS_STRIDE);
    _tile_loadd(5, product->second + at, product->stride);
    _tile_dpbf16ps(2, 5, 6);
    finish_pixels(pending, kind, product->share);
    if (store) _tile_stored(1, store + TILE, SUMS_STRIDE);
    _tile_dpbf16ps(3, 5, 7);
    finish_pixels(pending, kind, product->share);
    if (store) _tile_stored(2, store + TILE * BLOCK, SUMS_STRIDE);
    if (store) _tile_stored(3, store + TILE * BLOCK + TILE, SUMS_STRIDE);
}

/* sums (32, 32) = left (2 tiles of outputs) weights (32 channels), over all taps of a phase, which come last: they
 * read nearly the same pixels, which so stay in the first-level cache. */
TILE_INLINE void multiply(const struct tile_convolution *plan, const struct tile_phase *phase, struct product product,
                          struct finish *pending, struct finish_kind kind, float *sums)
{
    int steps = plan->depth_tiles * (phase->last_tap - phase->first_tap), step = 0, t = phase->first_tap;
    tile_zero_sums();
    for (; step < steps - 1; step++) {
        multiply_step(&product, plan->tap[t].start, pending, kind, NULL);
        product.weights += 2 * TILE_ELEMENTS;
        tile_rest(step);
        if (++t == phase->last_tap) {
            t = phase->first_tap;
            product.first += plan->part_step;
            product.second += plan->part_step;
        }
    }
    if (steps > 0)
        multiply_step(&product, plan->tap[t].start, pending, kind, sums);
    else
        memset(sums, 0, SUMS * sizeof *sums); /* a phase that no output read */
}

/* An even number of tiles: the last one's twin writes nothing. */
static int pair_up(struct strip_tiles *tiles, int count)
{
    if (count % 2 == 0) return count;
    tiles->start[count] = tiles->start[count - 1];
    for (int j = 0; j < TILE; j++) tiles->output[count * TILE + j] = -1;
    return count + 1;
}

/* All outputs of a phase. Blocks whose weights fit the second-level cache take turns on the same pixels. */
TILE_INLINE void run_kind(const struct tile_strip *strip, const struct tile_phase *phase, const uint16_t *planes,
                          const struct strip_tiles *tiles, int count, struct finish_kind kind)
{
    const struct tile_convolution *plan = strip->plan;
    const uint16_t *weights = strip->packed + (size_t)(phase->first_tap * plan->depth_tiles) * 2 * TILE_ELEMENTS;
    int products = 4 * plan->depth_tiles * (phase->last_tap - phase->first_tap), turn = 0;
    struct product product = {.stride = (size_t)plan->column_step * sizeof *planes,
                              .share = tile_up(BLOCK, tile_larger(1, products))};
    _Alignas(64) float sums[2][SUMS];
    struct finish pending = {.count = 0};
    for (int first = 0; first < plan->blocks; first += plan->block_group)
        for (int t = 0; t < count; t += 2)
            for (int block = first; block < tile_smaller(first + plan->block_group, plan->blocks); block++) {
                product.first = planes + tiles->start[t];
                product.second = planes + tiles->start[t + 1];
                product.weights = weights + (size_t)block * strip->block_elements;
                multiply(plan, phase, product, &pending, kind, sums[turn]);
                finish_pixels(&pending, kind, BLOCK);
                pending = finish_start(strip->epilogue, strip->output, block * BLOCK, plan->to_channels, sums[turn],
                                       tiles->output + t * TILE);
                turn = !turn;
            }
    finish_pixels(&pending, kind, BLOCK);
}

typedef void run_phase(const struct tile_strip *, const struct tile_phase *, const uint16_t *planes,
                       const struct strip_tiles *, int count);

TILE_CODE static void run_plain(const struct tile_strip *strip, const struct tile_phase *phase, const uint16_t *planes,
                                const struct strip_tiles *tiles, int count)
{
    run_kind(strip, phase, planes, tiles, count, (struct finish_kind){0, BOUND_NONE});
}

TILE_CODE static void run_activation(const struct tile_strip *strip, const struct tile_phase *phase,
                                     const uint16_t *planes, const struct strip_tiles *tiles, int count)
{
    run_kind(strip, phase, planes, tiles, count, (struct finish_kind){0, BOUND_ACTIVATION});
}

TILE_CODE static void run_slope(const struct tile_strip *strip, const struct tile_phase *phase, const uint16_t *planes,
                                const struct strip_tiles *tiles, int count)
{
    run_kind(strip, phase, planes, tiles, count, (struct finish_kind){0, BOUND_SLOPE});
}

TILE_CODE static void run_sum(const struct tile_strip *strip, const struct tile_phase *phase, const uint16_t *planes,
                              const struct strip_tiles *tiles, int count)
{
    run_kind(strip, phase, planes, tiles, count, (struct finish_kind){1, BOUND_NONE});
}

TILE_CODE static void run_sum_activation(const struct tile_strip *strip, const struct tile_phase *phase,
                                         const uint16_t *planes, const struct strip_tiles *tiles, int count)
{
    run_kind(strip, phase, planes, tiles, count, (struct finish_kind){1, BOUND_ACTIVATION});
}

TILE_CODE static void run_sum_slope(const struct tile_strip *strip, const struct tile_phase *phase,
                                    const uint16_t *planes, const struct strip_tiles *tiles, int count)
{
    run_kind(strip, phase, planes, tiles, count, (struct finish_kind){1, BOUND_SLOPE});
}

static run_phase *choose_run(const struct tile_epilogue *epilogue)
{
    static run_phase *const runs[2][BOUNDS] = {{run_plain, run_activation, run_slope},
                                               {run_sum, run_sum_activation, run_sum_slope}};
    enum finish_bound bound = epilogue->slope_of ? BOUND_SLOPE : epilogue->activate ? BOUND_ACTIVATION : BOUND_NONE;
    return runs[epilogue->sum != NULL][bound];
}

TILE_CODE void tile_strip_run(const struct tile_strip *strip)
{
    const struct tile_convolution *plan = strip->plan;
    uint16_t *planes = (uint16_t *)strip->scratch;
    char *lists = strip->scratch + aligned(plan->copy_bytes);
    struct strip_tiles tiles = {(size_t *)lists,
                                (int64_t *)(lists + aligned((size_t)plan->tile_count * sizeof(size_t)))};
    struct extent extent = plan->direct ? (struct extent){0} : strip_extent(strip);
    for (int plane = 0; plane < plan->planes && !plan->direct; plane++)
        copy_plane(strip, &extent, plane, planes + (size_t)plane * plan->plane_elements);
    run_phase *run = choose_run(strip->epilogue);
    tile_configure(plan->depth);
    for (int p = 0; p < plan->phase_count; p++) {
        const struct tile_phase *phase = &plan->phase[p];
        int count = plan->direct ? list_direct(strip, &tiles) : list_copied(strip, &extent, phase, &tiles);
        run(strip, phase, plan->direct ? strip->input : planes, &tiles, pair_up(&tiles, count));
    }
    _tile_release();
}

#else

void tile_strip_run(const struct tile_strip *strip)
{
    (void)strip; /* never planned without the tiles */
}

#endif
