/* tile_product.c - see tile_product.h: multiplies tiles by the weights of 32 output channels at a time. */
#include "network/kernels/amx/tile_product.h"

#include "network/kernels/amx/tile_finish.h"

enum { SUMS = BLOCK * BLOCK /* of a block: (pixels, channels) */, SUMS_STRIDE = BLOCK * sizeof(float) };

/* What one block of sums is made of. */
struct operands {
    const uint16_t *first, *second; /* where two tiles of outputs begin to read */
    size_t stride;                  /* bytes from pixel to pixel */
    const uint16_t *weights;        /* of 32 channels, in the order of steps */
    int share;                      /* pending pixels to finish after each product */
};

/* Four products; after each, finishes some pixels of the previous block. The last step stores the sums, each as early
 * as possible. */
TILE_INLINE void multiply_step(const struct operands *from, size_t at, struct finish *pending, struct finish_kind kind,
                               float *store)
{
    _tile_loadd(4, from->first + at, from->stride);
    _tile_loadd(6, from->weights, 64);
    _tile_dpbf16ps(0, 4, 6);
    finish_pixels(pending, kind, from->share);
    _tile_loadd(7, from->weights + TILE_ELEMENTS, 64);
    _tile_dpbf16ps(1, 4, 7);
    finish_pixels(pending, kind, from->share);
    if (store) _tile_stored(0, store, SUMS_STRIDE);
    _tile_loadd(5, from->second + at, from->stride);
    _tile_dpbf16ps(2, 5, 6);
    finish_pixels(pending, kind, from->share);
    if (store) _tile_stored(1, store + TILE, SUMS_STRIDE);
    _tile_dpbf16ps(3, 5, 7);
    finish_pixels(pending, kind, from->share);
    if (store) _tile_stored(2, store + TILE * BLOCK, SUMS_STRIDE);
    if (store) _tile_stored(3, store + TILE * BLOCK + TILE, SUMS_STRIDE);
}

/* sums (32, 32) = left (2 tiles of outputs) weights (32 channels), over all taps of a phase. Taps are the innermost
 * loop: they read nearly the same pixels, which stay in the first-level cache. */
TILE_INLINE void multiply(const struct tile_convolution *plan, const struct tile_phase *phase, struct operands from,
                          struct finish *pending, struct finish_kind kind, float *sums)
{
    int steps = plan->depth_tiles * (phase->last_tap - phase->first_tap), step = 0, t = phase->first_tap;
    tile_zero_sums();
    for (; step < steps - 1; step++) {
        multiply_step(&from, plan->tap[t].start, pending, kind, NULL);
        from.weights += 2 * TILE_ELEMENTS;
        tile_rest(step);
        if (++t == phase->last_tap) {
            t = phase->first_tap;
            from.first += plan->part_step;
            from.second += plan->part_step;
        }
    }
    if (steps > 0)
        multiply_step(&from, plan->tap[t].start, pending, kind, sums);
    else
        memset(sums, 0, SUMS * sizeof *sums); /* a phase that no output reads */
}

/* Blocks whose weights fit the second-level cache together alternate on the same pixels. */
TILE_INLINE void run_kind(const struct tile_product *product, struct finish_kind kind)
{
    const struct tile_convolution *plan = product->plan;
    const struct tile_phase *phase = product->phase;
    int products = 4 * plan->depth_tiles * (phase->last_tap - phase->first_tap), turn = 0;
    struct operands from = {.stride = (size_t)plan->column_step * sizeof *product->planes,
                            .share = tile_up(BLOCK, number_larger(1, products))};
    _Alignas(64) float sums[2][SUMS];
    struct finish pending = {.count = 0};
    for (int first = 0; first < plan->blocks; first += plan->block_group)
        for (int t = 0; t < product->count; t += 2)
            for (int block = first; block < number_smaller(first + plan->block_group, plan->blocks); block++) {
                from.first = product->planes + product->tiles->start[t];
                from.second = product->planes + product->tiles->start[t + 1];
                from.weights = product->weights + (size_t)block * product->block_elements;
                multiply(plan, phase, from, &pending, kind, sums[turn]);
                finish_pixels(&pending, kind, BLOCK);
                pending = finish_start(product->epilogue, product->output, block * BLOCK, plan->to_channels, sums[turn],
                                       product->tiles->output + t * TILE);
                turn = !turn;
            }
    finish_pixels(&pending, kind, BLOCK);
}

TILE_CODE static void run_plain(const struct tile_product *product)
{
    run_kind(product, (struct finish_kind){0, FINISH_NONE});
}

TILE_CODE static void run_activation(const struct tile_product *product)
{
    run_kind(product, (struct finish_kind){0, FINISH_ACTIVATION});
}

TILE_CODE static void run_slope(const struct tile_product *product)
{
    run_kind(product, (struct finish_kind){0, FINISH_SLOPE});
}

TILE_CODE static void run_sum(const struct tile_product *product)
{
    run_kind(product, (struct finish_kind){1, FINISH_NONE});
}

TILE_CODE static void run_sum_activation(const struct tile_product *product)
{
    run_kind(product, (struct finish_kind){1, FINISH_ACTIVATION});
}

TILE_CODE static void run_sum_slope(const struct tile_product *product)
{
    run_kind(product, (struct finish_kind){1, FINISH_SLOPE});
}

void tile_product_run(const struct tile_product *product)
{
    static void (*const runs[2][FINISH_BOUNDS])(const struct tile_product *) = {
        {run_plain, run_activation, run_slope}, {run_sum, run_sum_activation, run_sum_slope}};
    const struct tile_epilogue *epilogue = product->epilogue;
    enum finish_bound bound = epilogue->slope_of ? FINISH_SLOPE : epilogue->activate ? FINISH_ACTIVATION : FINISH_NONE;
    runs[epilogue->sum != NULL][bound](product);
}
