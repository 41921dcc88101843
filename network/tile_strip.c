/* tile_strip.c - the arithmetic of tile_convolution: a strip is copied into planes where it must be, then multiplied
 * with the weights of 32 output channels after the other. */
#include "network/tile_strip.h"

/* What a strip consists of: tiles of 16 outputs, each with where it reads and which pixels it writes. */
struct strip_tiles {
    size_t *start; /* (tiles) elements of a plane, or of the input */
    int *pixel;    /* (tiles, 16) pixels of the output over all samples; -1: none */
};

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

size_t tile_strip_bytes(const struct tile_convolution *plan)
{
    size_t tiles = (size_t)plan->tile_count;
    return aligned(plan->copy_bytes) + aligned(tiles * sizeof(size_t)) + aligned(tiles * TILE * sizeof(int));
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

/* The pixel that grid position (row, column) of a phase writes; -1 outside. */
static int output_pixel(const struct tile_convolution *plan, const struct tile_phase *phase, int image, int row,
                        int column)
{
    int y = plan->write_stride * row + phase->row, x = plan->write_stride * column + phase->column;
    if (column >= plan->grid || y >= plan->to_size || x >= plan->to_size) return -1;
    return (image * plan->to_size + y) * plan->to_size + x;
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
                tiles->pixel[count * TILE + j] =
                    row < extent->rows ? output_pixel(plan, phase, extent->image + image, extent->row + row, column)
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
        for (int j = 0; j < TILE; j++) tiles->pixel[count * TILE + j] = start + j < p ? -1 : start + j;
    }
    return count;
}

TILE_CODE static __m512 widen(__m256i values)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16));
}

/* To 0 .. ceiling; NaN stays, as these instructions return their second operand then. */
TILE_CODE static __m512 cut(__m512 value, __m512 ceiling)
{
    return _mm512_min_ps(ceiling, _mm512_max_ps(_mm512_setzero_ps(), value));
}

/* 32 channels of one pixel. */
TILE_CODE static void finish_pixel(const struct tile_epilogue *epilogue, __m512 low, __m512 high, size_t at,
                                   uint32_t lanes, __m512 ceiling, uint16_t *output)
{
    if (epilogue->sum) {
        __m512i sum = _mm512_maskz_loadu_epi16(lanes, epilogue->sum + at);
        low = _mm512_add_ps(low, widen(_mm512_castsi512_si256(sum)));
        high = _mm512_add_ps(high, widen(_mm512_extracti64x4_epi64(sum, 1)));
    }
    if (epilogue->activate) {
        low = cut(low, ceiling);
        high = cut(high, ceiling);
    }
    if (epilogue->slope_of) { /* positive bf16 values are ordered as their bits are */
        __m512i y = _mm512_maskz_loadu_epi16(lanes, epilogue->slope_of + at);
        __m512i limit = _mm512_set1_epi16((short)bf16_narrow(epilogue->ceiling));
        uint32_t open = _mm512_cmpgt_epi16_mask(y, _mm512_setzero_si512()) & _mm512_cmpgt_epi16_mask(limit, y);
        low = _mm512_maskz_mov_ps((__mmask16)open, low);
        high = _mm512_maskz_mov_ps((__mmask16)(open >> 16), high);
    }
    _mm512_mask_storeu_epi16(output + at, lanes, (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

/* A block of sums (4 tiles) whose outputs are still to be written, a few at a time while the next one is computed. */
struct pending {
    const float *sums;
    const int *pixel;  /* (32) */
    int channel, next; /* of the 32 */
};

TILE_CODE static void finish_pixels(const struct tile_strip *strip, struct pending *pending, int count)
{
    const struct tile_convolution *plan = strip->plan;
    const struct tile_epilogue *epilogue = strip->epilogue;
    int channel = pending->channel, last = tile_smaller(pending->next + count, BLOCK);
    uint32_t mask = tile_lanes(plan->to_channels - channel);
    __m512 bias_low = _mm512_setzero_ps(), bias_high = bias_low, ceiling = _mm512_set1_ps(epilogue->ceiling);
    if (epilogue->bias) {
        bias_low = _mm512_maskz_loadu_ps((__mmask16)mask, epilogue->bias + channel);
        bias_high = _mm512_maskz_loadu_ps((__mmask16)(mask >> 16), epilogue->bias + channel + TILE);
    }
    for (int j = pending->next; j < last; j++) {
        if (pending->pixel[j] < 0) continue;
        const float *low = pending->sums + tile_sum_at(j, 0), *high = pending->sums + tile_sum_at(j, TILE);
        finish_pixel(
            epilogue, _mm512_add_ps(_mm512_load_ps(low), bias_low), _mm512_add_ps(_mm512_load_ps(high), bias_high),
            (size_t)pending->pixel[j] * (size_t)plan->to_channels + (size_t)channel, mask, ceiling, strip->output);
    }
    pending->next = last;
}

/* sums (4 tiles) = left (2 tiles of outputs) weights (32 channels), over all taps of a phase, which come last: they
 * read nearly the same pixels, which so stay in the first-level cache. Each step finishes `share` of the pending
 * pixels. */
TILE_CODE static void multiply(const struct tile_strip *strip, const struct tile_phase *phase, const uint16_t *left,
                               const uint16_t *second, const uint16_t *weights, float *sums, struct pending *pending,
                               int share)
{
    const struct tile_convolution *plan = strip->plan;
    size_t stride = (size_t)plan->column_step * sizeof *left;
    tile_zero_sums();
    for (int k = 0, step = 0; k < plan->depth_tiles; k++, left += plan->part_step, second += plan->part_step)
        for (int t = phase->first_tap; t < phase->last_tap; t++, step++, weights += 2 * TILE_ELEMENTS) {
            const struct tile_tap *tap = &plan->tap[t];
            size_t at = (size_t)tap->plane * plan->plane_elements + (size_t)tap->row * (size_t)plan->row_elements +
                        (size_t)tap->offset;
            _tile_loadd(4, left + at, stride);
            _tile_loadd(6, weights, 64);
            _tile_dpbf16ps(0, 4, 6);
            _tile_loadd(7, weights + TILE_ELEMENTS, 64);
            _tile_dpbf16ps(1, 4, 7);
            _tile_loadd(5, second + at, stride);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
            if (share > 0) finish_pixels(strip, pending, share);
            tile_rest(step);
        }
    tile_store_sums(sums);
}

/* How many pixels each step should finish; 0 where there are so few steps that it does not pay. */
static int pixels_per_step(const struct tile_convolution *plan, const struct tile_phase *phase)
{
    enum { FEW_STEPS = 6 };
    int steps = plan->depth_tiles * (phase->last_tap - phase->first_tap);
    return steps > FEW_STEPS ? tile_up(BLOCK, steps) : 0;
}

/* An even number of tiles: the last one's twin writes nothing. */
static int pair_up(struct strip_tiles *tiles, int count)
{
    if (count % 2 == 0) return count;
    tiles->start[count] = tiles->start[count - 1];
    for (int j = 0; j < TILE; j++) tiles->pixel[count * TILE + j] = -1;
    return count + 1;
}

/* All outputs of a phase. Blocks whose weights fit the second-level cache take turns on the same pixels. */
TILE_CODE static void run_phase(const struct tile_strip *strip, const struct tile_phase *phase, const uint16_t *planes,
                                struct strip_tiles *tiles, int count)
{
    const struct tile_convolution *plan = strip->plan;
    const uint16_t *weights = strip->packed + (size_t)(phase->first_tap * plan->depth_tiles) * 2 * TILE_ELEMENTS;
    _Alignas(64) float sums[2][4 * TILE * TILE];
    struct pending pending = {.next = BLOCK};
    int turn = 0, share = pixels_per_step(plan, phase);
    count = pair_up(tiles, count);
    for (int first = 0; first < plan->blocks; first += plan->block_group)
        for (int t = 0; t < count; t += 2)
            for (int block = first; block < tile_smaller(first + plan->block_group, plan->blocks); block++) {
                multiply(strip, phase, planes + tiles->start[t], planes + tiles->start[t + 1],
                         weights + (size_t)block * strip->block_elements, sums[turn], &pending, share);
                finish_pixels(strip, &pending, BLOCK);
                pending = (struct pending){sums[turn], tiles->pixel + t * TILE, block * BLOCK, 0};
                if (share > 0)
                    turn = !turn;
                else
                    finish_pixels(strip, &pending, BLOCK);
            }
    finish_pixels(strip, &pending, BLOCK);
}

TILE_CODE void tile_strip_run(const struct tile_strip *strip)
{
    const struct tile_convolution *plan = strip->plan;
    uint16_t *planes = (uint16_t *)strip->scratch;
    char *lists = strip->scratch + aligned(plan->copy_bytes);
    struct strip_tiles tiles = {(size_t *)lists, (int *)(lists + aligned((size_t)plan->tile_count * sizeof(size_t)))};
    struct extent extent = plan->direct ? (struct extent){0} : strip_extent(strip);
    for (int plane = 0; plane < plan->planes && !plan->direct; plane++)
        copy_plane(strip, &extent, plane, planes + (size_t)plane * plan->plane_elements);
    tile_configure(plan->depth);
    for (int p = 0; p < plan->phase_count; p++) {
        const struct tile_phase *phase = &plan->phase[p];
        int count = plan->direct ? list_direct(strip, &tiles) : list_copied(strip, &extent, phase, &tiles);
        run_phase(strip, phase, plan->direct ? strip->input : planes, &tiles, count);
    }
    _tile_release();
}

#else

void tile_strip_run(const struct tile_strip *strip)
{
    (void)strip; /* never planned without the tiles */
}

#endif
