/* tile_piece.c - the arithmetic of tile_gradient: packs a piece of both operands and multiplies it on AMX tiles. */
#include "network/kernels/amx/tile_piece.h"

#include <string.h>

/* One row of pixels of an operand: values (limit), of which column x takes `lanes` from first + x * step on; values
 * outside the row are zeros. */
struct row {
    const uint16_t *values; /* NULL: zeros */
    int limit, first, step, columns, lanes;
};

TILE_CODE static __m512i load_column(const struct row *row, int x)
{
    int position = row->first + x * row->step;
    int first = position < 0 ? -position : 0, last = number_smaller(row->lanes, row->limit - position);
    if (x >= row->columns || first >= last) return _mm512_setzero_si512();
    return _mm512_maskz_loadu_epi16(tile_lanes(last) & 0xFFFFFFFFu << first, row->values + position);
}

/* Pairs of pixels of 16 channels each, to two rows of tiles. */
TILE_CODE static void pack_pair(__m512i even, __m512i odd, char *low, char *high, int pair)
{
    _mm512_store_si512(low + (size_t)pair * PAIR_BYTES, _mm512_unpacklo_epi16(even, odd));
    _mm512_store_si512(high + (size_t)pair * PAIR_BYTES, _mm512_unpackhi_epi16(even, odd));
}

/* Whether a pair lies entirely in its row. */
static int is_inside(const struct row *row, int pair)
{
    int first = row->first + 2 * pair * row->step;
    return first >= 0 && 2 * pair + 1 < row->columns && first + row->step + row->lanes <= row->limit;
}

TILE_CODE static void pack_row(const struct row *row, char *low, char *high)
{
    enum { AHEAD = 16 };
    int pairs = tile_up(row->columns, 2), pair = 0;
    if (!row->values) {
        memset(low, 0, (size_t)pairs * PAIR_BYTES);
        memset(high, 0, (size_t)pairs * PAIR_BYTES);
        return;
    }
    for (; pair < pairs && !is_inside(row, pair); pair++)
        pack_pair(load_column(row, 2 * pair), load_column(row, 2 * pair + 1), low, high, pair);
    uint32_t mask = tile_lanes(row->lanes);
    const uint16_t *values = row->values + row->first + 2 * pair * row->step;
    for (; pair < pairs && is_inside(row, pair); pair++, values += 2 * row->step) {
        _mm_prefetch((const char *)(values + AHEAD * row->step), _MM_HINT_T0);
        _mm_prefetch((const char *)(values + (AHEAD + 1) * row->step), _MM_HINT_T0);
        pack_pair(_mm512_maskz_loadu_epi16(mask, values), _mm512_maskz_loadu_epi16(mask, values + row->step), low, high,
                  pair);
    }
    for (; pair < pairs; pair++) pack_pair(load_column(row, 2 * pair), load_column(row, 2 * pair + 1), low, high, pair);
}

/* The pixels of one piece. */
struct piece {
    int image, images, row, rows;
    int pairs; /* packed, all images' */
};

static struct piece piece_at(const struct tile_gradient *plan, int index)
{
    int per_image = tile_up(plan->shape.output_size, plan->piece_rows);
    struct piece piece = {.images = 1};
    if (per_image == 1) {
        piece.image = index * plan->piece_images;
        piece.images = number_smaller(plan->piece_images, plan->shape.samples - piece.image);
        piece.rows = plan->piece_rows;
    } else {
        piece.image = index / per_image;
        piece.row = index % per_image * plan->piece_rows;
        piece.rows = number_smaller(plan->piece_rows, plan->shape.output_size - piece.row);
    }
    piece.pairs = (piece.images * (piece.rows + plan->row_span) - plan->row_span) * tile_row_pairs(plan);
    return piece;
}

static void zero_pairs(char *packed, int from, int to)
{
    memset(packed + (size_t)from * PAIR_BYTES, 0, (size_t)(to - from) * PAIR_BYTES);
}

/* Packs all channels of the output's gradient. Pixels of zeros separate images and follow the last. */
TILE_CODE static void pack_left(const struct tile_part *part, const struct piece *piece)
{
    const struct tile_gradient *plan = part->plan;
    int size = plan->shape.output_size, channels = plan->shape.output_channels, tiles = tile_up(piece->pairs, TILE);
    int image_rows = piece->rows + plan->row_span;
    size_t stride = (size_t)plan->left_pairs * PAIR_BYTES;
    for (int y = 0; y * tile_row_pairs(plan) < piece->pairs; y++) {
        size_t start = (size_t)(piece->image + y / image_rows) * (size_t)size + (size_t)(piece->row + y % image_rows);
        const uint16_t *values = part->output_gradient + start * (size_t)(size * channels);
        char *low = part->left + (size_t)(y * tile_row_pairs(plan)) * PAIR_BYTES;
        for (int l = 0; l < plan->left_blocks; l++, low += 2 * stride)
            pack_row(&(struct row){.values = y % image_rows < piece->rows ? values : NULL,
                                   .limit = size * channels,
                                   .first = l * BLOCK,
                                   .step = channels,
                                   .columns = size,
                                   .lanes = number_smaller(BLOCK, channels - l * BLOCK)},
                     low, low + stride);
    }
    for (int tile_row = 0; tile_row < 2 * plan->left_blocks; tile_row++) {
        char *packed = part->left + (size_t)tile_row * stride;
        zero_pairs(packed, piece->pairs, tiles * TILE);
        for (int t = 0; t < tiles; t++) tile_transpose(packed + (size_t)t * TILE_BYTES);
    }
}

/* Packs 32 channels of the input in one variant: the rows of one phase, from one column of the window on. */
TILE_CODE static void pack_variant(const struct tile_part *part, const struct piece *piece, int block, int phase,
                                   int column, char *low, char *high)
{
    const struct tile_gradient *plan = part->plan;
    const struct tile_shape *shape = &plan->shape;
    int size = shape->input_size, channels = shape->input_channels, image_rows = piece->rows + plan->row_span;
    int pairs = piece->images * image_rows * tile_row_pairs(plan);
    for (int y = 0; y < piece->images * image_rows; y++) {
        int from = shape->stride * (piece->row + y % image_rows + tile_row_offset(shape, 0)) + phase;
        size_t start = (size_t)(piece->image + y / image_rows) * (size_t)size + (size_t)from;
        size_t at = (size_t)(y * tile_row_pairs(plan)) * PAIR_BYTES;
        pack_row(
            &(struct row){.values = from >= 0 && from < size ? part->input + start * (size_t)(size * channels) : NULL,
                          .limit = size * channels,
                          .first = (column - shape->pad_before) * channels + block * BLOCK,
                          .step = shape->stride * channels,
                          .columns = shape->output_size,
                          .lanes = number_smaller(BLOCK, plan->right_lanes - block * BLOCK)},
            low + at, high + at);
    }
    zero_pairs(low, pairs, plan->right_pairs);
    zero_pairs(high, pairs, plan->right_pairs);
}

/* Where a variant's two rows of tiles begin; the second follows the first. */
static char *variant_at(const struct tile_part *part, int phase, int column)
{
    size_t stride = (size_t)part->plan->right_pairs * PAIR_BYTES;
    return part->right + (size_t)(phase * tile_columns(part->plan) + column) * 2 * stride;
}

TILE_CODE static void pack_right(const struct tile_part *part, const struct piece *piece, int block)
{
    const struct tile_gradient *plan = part->plan;
    size_t stride = (size_t)plan->right_pairs * PAIR_BYTES;
    for (int phase = 0; phase < tile_phases(&plan->shape); phase++)
        for (int column = 0; column < tile_columns(plan); column++) {
            char *low = variant_at(part, phase, column);
            /* a window of one has a single phase, which padding may shift */
            pack_variant(part, piece, block, plan->shape.window == 1 ? tile_row_phase(&plan->shape, 0) : phase, column,
                         low, low + stride);
        }
}

/* A block of products (4 tiles) not yet added to its sums; a few rows are added at a time while the next one is
 * computed. */
struct pending {
    float *sums;
    const float *products;
    int next, fresh; /* of 64 rows; 1: sums start here */
};

enum { BLOCK_ROWS = 4 * TILE };

TILE_CODE static void add_rows(struct pending *pending, int count)
{
    int last = number_smaller(pending->next + count, BLOCK_ROWS);
    for (int row = pending->next; row < last; row++) {
        float *sums = pending->sums + row * TILE;
        __m512 value = _mm512_load_ps(pending->products + row * TILE);
        _mm512_store_ps(sums, pending->fresh ? value : _mm512_add_ps(_mm512_load_ps(sums), value));
    }
    pending->next = last;
}

/* products (4 tiles) = left (2 x depth tiles) right (depth x 2 tiles). */
TILE_CODE static void multiply(const char *left, size_t left_stride, const char *right, size_t right_stride, int depth,
                               float *products, struct pending *pending)
{
    int share = tile_up(BLOCK_ROWS, depth);
    tile_zero_sums();
    for (int t = 0; t < depth; t++, left += TILE_BYTES, right += TILE_BYTES) {
        _tile_loadd(4, left, 64);
        _tile_loadd(6, right, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, right + right_stride, 64);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, left + left_stride, 64);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        add_rows(pending, share);
        tile_rest(t);
    }
    tile_store_sums(products);
}

TILE_CODE static void multiply_piece(const struct tile_part *part, const struct piece *piece, int block, int fresh)
{
    const struct tile_gradient *plan = part->plan;
    const struct tile_shape *shape = &plan->shape;
    size_t left_stride = (size_t)plan->left_pairs * PAIR_BYTES, right_stride = (size_t)plan->right_pairs * PAIR_BYTES;
    int columns = tile_columns(plan), depth = tile_up(piece->pairs, TILE), turn = 0;
    _Alignas(64) float products[2][BLOCK_FLOATS];
    struct pending pending = {.next = BLOCK_ROWS};
    for (int l = 0; l < plan->left_blocks; l++)
        for (int y = 0; y < shape->window; y++)
            for (int x = 0; x < columns; x++) {
                int rows = tile_row_offset(shape, y) - tile_row_offset(shape, 0);
                int phase = shape->window == 1 ? 0 : tile_row_phase(shape, y);
                multiply(part->left + (size_t)(2 * l) * left_stride, left_stride,
                         variant_at(part, phase, x) + (size_t)(rows * tile_row_pairs(plan)) * PAIR_BYTES, right_stride,
                         depth, products[turn], &pending);
                add_rows(&pending, BLOCK_ROWS);
                pending = (struct pending){part->sums + tile_block_at(plan, l, block, y * columns + x), products[turn],
                                           0, fresh};
                turn = !turn;
            }
    add_rows(&pending, BLOCK_ROWS);
}

/* Sums along pixels, as a product with ones. */
TILE_CODE static void sum_bias(const struct tile_part *part, const struct piece *piece, int fresh)
{
    const struct tile_gradient *plan = part->plan;
    size_t stride = (size_t)plan->left_pairs * PAIR_BYTES;
    _Alignas(64) uint16_t ones[TILE * BLOCK];
    _Alignas(64) float sums[BLOCK * TILE];
    for (int i = 0; i < TILE * BLOCK; i++) ones[i] = 0x3F80;
    tile_publish(ones);
    _tile_loadd(6, ones, 64);
    for (int l = 0; l < plan->left_blocks; l++) {
        const char *packed = part->left + (size_t)(2 * l) * stride;
        float *bias = part->bias + l * BLOCK;
        _tile_zero(0);
        _tile_zero(1);
        for (int t = 0; t < tile_up(piece->pairs, TILE); t++, packed += TILE_BYTES) {
            _tile_loadd(4, packed, 64);
            _tile_loadd(5, packed + stride, 64);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 5, 6);
        }
        _tile_stored(0, sums, 64);
        _tile_stored(1, sums + TILE * TILE, 64);
        for (int i = 0; i < BLOCK; i++) bias[i] = (fresh ? 0 : bias[i]) + sums[i * TILE];
    }
}

TILE_CODE void tile_part_run(const struct tile_part *part)
{
    tile_configure(BLOCK);
    for (int p = part->first_piece; p < part->last_piece; p++) {
        struct piece piece = piece_at(part->plan, p);
        int first = p == part->first_piece;
        pack_left(part, &piece);
        if (part->bias) sum_bias(part, &piece, first);
        for (int block = part->first_block; block < part->last_block; block++) {
            pack_right(part, &piece, block);
            multiply_piece(part, &piece, block, first && part->fresh);
        }
    }
    _tile_release();
}
