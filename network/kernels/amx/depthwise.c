/* depthwise.c - depthwise convolutions in bf16, channels last: oneDNN runs the forward pass; the backward pass here is
 * one pass over the activations.
 *
 * The gradients of the input and of the weights both multiply the gradient of the output, one by the weights, the other
 * by the input, which also decides the activation's slope. So both are computed together, for each pixel of the input,
 * 32 channels at a time. A 32-bit word holds two channels; sums and weights are ordered with even channels first, then
 * odd ones. */
#include <string.h>

#include "base/parallel.h"
#include "network/kernels/elementwise.h"
#include "network/kernels/operation.h"
#include "network/kernels/amx/tile.h"
#include "network/kernels/amx/vector.h"

static int depthwise_serves(const struct engine *engine, const struct kernel_request *request)
{
    const struct layer *layer = request->layer;
    return engine->convolution == CONVOLUTION_TILES && request->training && layer->groups == request->input.channels &&
           layer->groups == request->output.channels;
}

static size_t padded_channels(const struct kernel *kernel)
{
    return (size_t)tile_up(kernel->output.channels, VECTOR_LANES) * VECTOR_LANES;
}

/* Floats of the sums of all taps and the bias: (window * window + 1, padded channels). */
static size_t sum_count(const struct kernel *kernel)
{
    return (size_t)(kernel->layer.window * kernel->layer.window + 1) * padded_channels(kernel);
}

static int depthwise_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct kernel_request forward = *request;
    forward.training = 0;
    if (operation_convolution.create(kernel, &forward, error) != 0) return -1;
    kernel->backward_weights_bytes = sum_count(kernel) * sizeof(float);
    kernel->gradient_bytes = sum_count(kernel) * sizeof(float);
    kernel->scratch_bytes = (size_t)parallel_threads() * sum_count(kernel) * sizeof(float) +
                            (size_t)request->input.size * sizeof(struct reach);
    return 0;
}

static void depthwise_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    operation_convolution.forward(kernel, pass);
}

/* Where channel c of a block lies. */
static int lane_of(int c)
{
    return c / VECTOR_LANES * VECTOR_LANES + c % 2 * TILE + c % VECTOR_LANES / 2;
}

static void depthwise_load(const struct kernel *kernel, const float *weights, const struct kernel_weights *loaded,
                           void *scratch)
{
    int taps = kernel->layer.window * kernel->layer.window;
    float *to = loaded->backward;
    operation_convolution.load(kernel, weights, loaded, scratch);
    memset(to, 0, kernel->backward_weights_bytes);
    for (int c = 0; c < kernel->output.channels; c++)
        for (int k = 0; k < taps; k++) {
            uint32_t bits = (uint32_t)bf16_narrow(weights[c * taps + k]) << 16; /* rounded as the forward pass does */
            memcpy(&to[(size_t)k * padded_channels(kernel) + (size_t)lane_of(c)], &bits, sizeof bits);
        }
}

static void depthwise_unload(const struct kernel *kernel, const float *gradient, float *weights, void *scratch)
{
    int taps = kernel->layer.window * kernel->layer.window;
    (void)scratch;
    for (int c = 0; c < kernel->output.channels; c++)
        for (int k = 0; k < taps; k++)
            weights[c * taps + k] = gradient[(size_t)k * padded_channels(kernel) + (size_t)lane_of(c)];
}

/* One thread's share of `threads`: images [first, last). */
struct share {
    const struct kernel *kernel;
    const struct kernel_backward *pass;
    const struct reach *reach; /* (input size) of each row and column */
    float *sums;               /* (sum_count) */
    int threads, first, last;
};

VECTOR_CODE static inline void add_product(float *sum, __m512 a, __m512 b)
{
    _mm512_store_ps(sum, _mm512_fmadd_ps(a, b, _mm512_load_ps(sum)));
}

/* Strides for gathering the gradient of a pixel: from column to column of the window, and from row to row. */
struct steps {
    size_t tap_column, tap_row;           /* floats of the weights and their sums */
    size_t gradient_column, gradient_row; /* elements of the output's gradient, backwards */
};

static struct steps steps_of(const struct kernel *kernel)
{
    size_t s = (size_t)kernel->layer.stride, padded = padded_channels(kernel);
    size_t channels = (size_t)kernel->output.channels;
    return (struct steps){s * padded, s * padded * (size_t)kernel->layer.window, channels,
                          channels * (size_t)kernel->output.size};
}

/* Where pixel (row, column) begins: its first tap, and the output's gradient there. */
static size_t first_tap(const struct kernel *kernel, struct reach row, struct reach column)
{
    return (size_t)(row.first * kernel->layer.window + column.first) * padded_channels(kernel);
}

static size_t first_gradient(const struct kernel *kernel, struct reach row, struct reach column)
{
    return (size_t)(row.output * kernel->output.size + column.output) * (size_t)kernel->output.channels;
}

/* The gradient of 32 channels of one input pixel; adds the pixel's share of the weights' gradient to the sums. */
VECTOR_CODE static inline struct vector gather(int rows, int columns, const struct steps *steps, const float *weights,
                                               float *sums, struct vector x, const uint16_t *gradient, __mmask32 lanes)
{
    struct vector sum = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    for (int i = 0; i < rows; i++) {
        size_t tap = (size_t)i * steps->tap_row;
        const uint16_t *from = gradient - (size_t)i * steps->gradient_row;
        for (int j = 0; j < columns; j++, tap += steps->tap_column, from -= steps->gradient_column) {
            struct vector g = vector_widen(_mm512_maskz_loadu_epi16(lanes, from));
            sum.even = _mm512_fmadd_ps(g.even, _mm512_load_ps(weights + tap), sum.even);
            sum.odd = _mm512_fmadd_ps(g.odd, _mm512_load_ps(weights + tap + TILE), sum.odd);
            add_product(sums + tap, g.even, x.even);
            add_product(sums + tap + TILE, g.odd, x.odd);
        }
    }
    return sum;
}

/* Sums the output's gradient for the bias, each pixel once. */
VECTOR_CODE static void sum_bias(const struct share *share, const uint16_t *row_gradient, size_t channel,
                                 __mmask32 lanes)
{
    const struct kernel *kernel = share->kernel;
    float *bias = share->sums + sum_count(kernel) - padded_channels(kernel) + channel;
    struct vector sum = {_mm512_load_ps(bias), _mm512_load_ps(bias + TILE)};
    for (int x = 0; x < kernel->output.size; x++, row_gradient += kernel->output.channels) {
        struct vector g = vector_widen(_mm512_maskz_loadu_epi16(lanes, row_gradient + channel));
        sum.even = _mm512_add_ps(sum.even, g.even);
        sum.odd = _mm512_add_ps(sum.odd, g.odd);
    }
    _mm512_store_ps(bias, sum.even);
    _mm512_store_ps(bias + TILE, sum.odd);
}

/* Prefetches the pixel below this one, in the next row, into the second-level cache: reads and writes are too far apart
 * for the CPU to predict. Prefetching below the last row is harmless. (Inlined always, as compilers drop calls that
 * only prefetch.) */
__attribute__((always_inline)) static inline void prefetch_below(const struct share *share, size_t at,
                                                                 const uint16_t *gradient)
{
    const struct kernel *kernel = share->kernel;
    size_t channels = (size_t)kernel->output.channels, below = at + (size_t)kernel->input_size * channels;
    __builtin_prefetch((const uint16_t *)share->pass->input + below, 0, 2);
    __builtin_prefetch(gradient + (size_t)kernel->output.size * channels, 0, 2);
    if (share->pass->input_gradient) __builtin_prefetch((uint16_t *)share->pass->input_gradient + below, 1, 2);
}

VECTOR_CODE static void backward_row(const struct share *share, int input_size, size_t start, struct reach row,
                                     const uint16_t *image_gradient, size_t channel, __mmask32 lanes)
{
    const struct kernel_backward *pass = share->pass;
    const struct kernel *kernel = share->kernel;
    const float *weights = pass->weights->backward;
    const struct steps steps = steps_of(kernel);
    size_t channels = (size_t)kernel->output.channels;
    for (int c = 0; c < input_size; c++) {
        size_t at = (start + (size_t)c) * channels + channel;
        __m512i x = _mm512_maskz_loadu_epi16(lanes, (const uint16_t *)pass->input + at);
        struct reach column = share->reach[c];
        size_t tap = first_tap(kernel, row, column) + channel;
        const uint16_t *gradient = image_gradient + first_gradient(kernel, row, column) + channel;
        prefetch_below(share, at, gradient);
        struct vector sum =
            gather(row.count, column.count, &steps, weights + tap, share->sums + tap, vector_widen(x), gradient, lanes);
        if (pass->input_gradient) vector_finish(pass, at, x, sum, lanes);
    }
}

VECTOR_CODE static void backward_image(const struct share *share, int image)
{
    const struct kernel *kernel = share->kernel;
    int size = kernel->input_size, output_size = kernel->output.size, channels = kernel->output.channels;
    const uint16_t *gradient = (const uint16_t *)share->pass->output_gradient +
                               (size_t)image * (size_t)(output_size * output_size) * (size_t)channels;
    for (int r = 0; r < size; r++) {
        size_t start = ((size_t)image * (size_t)size + (size_t)r) * (size_t)size;
        for (int c = 0; c < channels; c += VECTOR_LANES) {
            __mmask32 lanes = tile_lanes(channels - c);
            backward_row(share, size, start, share->reach[r], gradient, (size_t)c, lanes);
            if (r < output_size)
                sum_bias(share, gradient + (size_t)(r * output_size) * (size_t)channels, (size_t)c, lanes);
        }
    }
}

static void run_share(void *context, int index)
{
    struct share share = *(const struct share *)context;
    int samples = share.kernel->samples;
    share.first = samples * index / share.threads;
    share.last = samples * (index + 1) / share.threads;
    share.sums += (size_t)index * sum_count(share.kernel);
    memset(share.sums, 0, sum_count(share.kernel) * sizeof(float));
    for (int image = share.first; image < share.last; image++) backward_image(&share, image);
}

static void depthwise_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    size_t count = sum_count(kernel), bias = count - padded_channels(kernel);
    int threads = parallel_threads();
    struct reach *reach = (struct reach *)((float *)pass->scratch + (size_t)threads * count);
    struct share share = {.kernel = kernel, .pass = pass, .reach = reach, .sums = pass->scratch, .threads = threads};
    reach_fill(&kernel->layer, kernel->input_size, kernel->output.size, reach);
    parallel_for(threads, run_share, &share);
    if (!pass->accumulate) {
        memset(pass->gradient, 0, count * sizeof(float));
        memset(pass->bias_gradient, 0, (size_t)kernel->output.channels * sizeof(float));
    }
    for (int t = 0; t < threads; t++) elementwise_add(pass->gradient, share.sums + (size_t)t * count, count);
    for (int t = 0; t < threads; t++)
        for (int c = 0; c < kernel->output.channels; c++)
            pass->bias_gradient[c] += share.sums[(size_t)t * count + bias + (size_t)lane_of(c)];
}

const struct operation operation_depthwise = {
    .create = depthwise_create,
    .serves = depthwise_serves,
    .forward = depthwise_forward,
    .backward = depthwise_backward,
    .load = depthwise_load,
    .unload = depthwise_unload,
    .accumulates = 1,
    .completes = 1,
};
