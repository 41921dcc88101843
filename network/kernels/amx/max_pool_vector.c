/* max_pool_vector.c - max pooling in bf16, channels last, 32 channels at a time. The tape keeps the position within the
 * window of each maximum: the first, if several are equal. */
#include "base/parallel.h"
#include "network/kernels/operation.h"
#include "network/kernels/amx/vector.h"

static int max_pool_vector_serves(const struct engine *engine, const struct kernel_request *request)
{
    return engine->convolution == CONVOLUTION_TILES && request->layer->window * request->layer->window <= UINT8_MAX;
}

static size_t output_elements(const struct kernel *kernel)
{
    size_t size = (size_t)kernel->output.size;
    return (size_t)kernel->samples * size * size * (size_t)kernel->output.channels;
}

static int max_pool_vector_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    (void)error;
    kernel->scratch_bytes = request->training ? (size_t)request->input.size * sizeof(struct reach) : 0;
    kernel->auxiliary_bytes = request->tape ? output_elements(kernel) : 0;
    return 0;
}

/* One row of the output, of all samples' rows. */
struct rows {
    const struct kernel *kernel;
    const struct kernel_forward *forward;
    const struct kernel_backward *backward;
    const struct reach *reach; /* (input size) of each row and column */
};

/* Maps bf16 values to signed integers in the same order; NaN is the largest. */
VECTOR_CODE static inline __m512i order(__m512i values)
{
    return _mm512_xor_si512(values, _mm512_srli_epi16(_mm512_srai_epi16(values, 15), 1));
}

struct maximum {
    __m512i value, position;
};

VECTOR_CODE static inline struct maximum find_maximum(const struct kernel *kernel, const uint16_t *image, int y, int x,
                                                      __mmask32 lanes)
{
    const struct layer *layer = &kernel->layer;
    int size = kernel->input_size, top = y * layer->stride - layer->pad_before;
    int left = x * layer->stride - layer->pad_before;
    struct maximum maximum = {_mm512_set1_epi16((short)0xFF80), _mm512_setzero_si512()}; /* minus infinity */
    __m512i best = _mm512_set1_epi16(INT16_MIN);
    for (int i = top < 0 ? -top : 0; i < layer->window && top + i < size; i++)
        for (int j = left < 0 ? -left : 0; j < layer->window && left + j < size; j++) {
            size_t pixel = (size_t)(top + i) * (size_t)size + (size_t)(left + j);
            __m512i value = _mm512_maskz_loadu_epi16(lanes, image + pixel * (size_t)kernel->output.channels);
            __mmask32 more = _mm512_cmpgt_epi16_mask(order(value), best);
            best = _mm512_mask_mov_epi16(best, more, order(value));
            maximum.value = _mm512_mask_mov_epi16(maximum.value, more, value);
            maximum.position =
                _mm512_mask_mov_epi16(maximum.position, more, _mm512_set1_epi16((short)(i * layer->window + j)));
        }
    return maximum;
}

VECTOR_CODE static void forward_row(void *context, int index)
{
    const struct rows *rows = context;
    const struct kernel *kernel = rows->kernel;
    int size = kernel->output.size, channels = kernel->output.channels, area = kernel->input_size * kernel->input_size;
    const uint16_t *image = (const uint16_t *)rows->forward->input + (size_t)(index / size) * (size_t)(area * channels);
    uint8_t *positions = kernel->auxiliary_bytes ? rows->forward->auxiliary : NULL;
    size_t at = (size_t)index * (size_t)(size * channels);
    for (int x = 0; x < size; x++, at += (size_t)channels)
        for (int c = 0; c < channels; c += VECTOR_LANES) {
            __mmask32 lanes = tile_lanes(channels - c);
            struct maximum maximum = find_maximum(kernel, image + c, index % size, x, lanes);
            _mm512_mask_storeu_epi16((uint16_t *)rows->forward->output + at + c, lanes, maximum.value);
            if (positions) _mm512_mask_cvtepi16_storeu_epi8(positions + at + c, lanes, maximum.position);
        }
}

static void max_pool_vector_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    struct rows rows = {.kernel = kernel, .forward = pass};
    parallel_for(kernel->samples * kernel->output.size, forward_row, &rows);
}

/* Sums the gradients of the windows whose maximum is this pixel of the input. */
VECTOR_CODE static inline struct vector gather(const struct rows *rows, struct reach row, struct reach column,
                                               size_t image, size_t channel, __mmask32 lanes)
{
    const struct kernel *kernel = rows->kernel;
    int s = kernel->layer.stride, size = kernel->output.size, channels = kernel->output.channels;
    struct vector sum = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    for (int i = 0; i < row.count; i++)
        for (int j = 0; j < column.count; j++) {
            int position = (row.first + i * s) * kernel->layer.window + column.first + j * s;
            size_t pixel = (size_t)((row.output - i) * size + column.output - j);
            size_t at = image + pixel * (size_t)channels + channel;
            const uint8_t *positions = (const uint8_t *)rows->backward->auxiliary + at;
            __m512i from = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(_mm512_maskz_loadu_epi8(lanes, positions)));
            __mmask32 here = _mm512_mask_cmpeq_epi16_mask(lanes, from, _mm512_set1_epi16((short)position));
            struct vector gradient =
                vector_widen(_mm512_maskz_loadu_epi16(here, (const uint16_t *)rows->backward->output_gradient + at));
            sum.even = _mm512_add_ps(sum.even, gradient.even);
            sum.odd = _mm512_add_ps(sum.odd, gradient.odd);
        }
    return sum;
}

VECTOR_CODE static void backward_row(void *context, int index)
{
    const struct rows *rows = context;
    const struct kernel *kernel = rows->kernel;
    int size = kernel->input_size, channels = kernel->output.channels;
    size_t image = (size_t)(index / size) * (size_t)(kernel->output.size * kernel->output.size * channels);
    size_t at = (size_t)index * (size_t)(size * channels);
    for (int x = 0; x < size; x++, at += (size_t)channels) {
        for (int c = 0; c < channels; c += VECTOR_LANES) {
            __mmask32 lanes = tile_lanes(channels - c);
            __m512i input = _mm512_maskz_loadu_epi16(lanes, (const uint16_t *)rows->backward->input + at + c);
            vector_finish(rows->backward, at + (size_t)c, input,
                          gather(rows, rows->reach[index % size], rows->reach[x], image, (size_t)c, lanes), lanes);
        }
    }
}

static void max_pool_vector_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    struct rows rows = {.kernel = kernel, .backward = pass, .reach = pass->scratch};
    if (!pass->input_gradient) return;
    reach_fill(&kernel->layer, kernel->input_size, kernel->output.size, pass->scratch);
    parallel_for(kernel->samples * kernel->input_size, backward_row, &rows);
}

const struct operation operation_max_pool_vector = {.create = max_pool_vector_create,
                                                    .serves = max_pool_vector_serves,
                                                    .forward = max_pool_vector_forward,
                                                    .backward = max_pool_vector_backward,
                                                    .keeps_apart = 1,
                                                    .completes = 1};
