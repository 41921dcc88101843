/* test_tiles.c - convolutions on tiles, and their gradients, against sums in f64; skipped where the CPU has no tiles.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/random.h"
#include "network/kernels/bf16.h"
#include "network/kernels/amx/tile.h"
#include "network/kernels/amx/tile_convolution.h"
#include "network/kernels/amx/tile_gradient.h"

enum { THREADS = 2 };

/* One shape for each way through the code: strips of rows and of images, in place, strides, merged columns, channels
 * that fill no tile, odd sizes, asymmetric padding. */
static const struct tile_shape shapes[] = {
    {3, 64, 12, 64, 12, 3, 1, 1},  {2, 48, 56, 32, 56, 3, 1, 1}, {5, 96, 7, 80, 7, 3, 1, 1},
    {2, 3, 40, 64, 20, 7, 2, 3},   {2, 3, 24, 32, 12, 3, 2, 0},  {2, 32, 14, 64, 7, 3, 2, 1},
    {3, 24, 15, 40, 8, 3, 2, 1},   {2, 40, 12, 24, 6, 3, 2, 0},  {4, 64, 9, 128, 9, 1, 1, 0},
    {1, 144, 10, 24, 10, 1, 1, 0}, {2, 64, 8, 96, 4, 1, 2, 0},   {3, 48, 9, 32, 9, 5, 1, 2},
    {1, 32, 4, 32, 4, 1, 1, 0},    {9, 256, 7, 256, 7, 1, 1, 0},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static uint16_t *activation(size_t elements, unsigned stream)
{
    struct random random = random_stream(stream, RANDOM_TEST, 0, 0);
    uint16_t *values = aligned_alloc(64, (elements * sizeof *values + 127) / 64 * 64);
    for (size_t i = 0; i < elements; i++) values[i] = bf16_narrow(2 * random_uniform(&random) - 1);
    return values;
}

static void *room(size_t bytes)
{
    void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    memset(memory, 0xFF, bytes); /* NaN: nothing may be read that was not written */
    return memory;
}

/* A layer's arrays: input (x), gradient of the output (y), weights. */
struct arrays {
    const struct tile_shape *shape;
    size_t inputs, outputs, weights;
    uint16_t *x, *y;
    float *w;
};

static struct arrays arrays_create(const struct tile_shape *shape)
{
    size_t n = (size_t)shape->samples;
    struct arrays a = {.shape = shape};
    a.inputs = n * (size_t)(shape->input_size * shape->input_size * shape->input_channels);
    a.outputs = n * (size_t)(shape->output_size * shape->output_size * shape->output_channels);
    a.weights = (size_t)(shape->output_channels * shape->input_channels * shape->window * shape->window);
    a.x = activation(a.inputs, 1);
    a.y = activation(a.outputs, 2);
    a.w = malloc(a.weights * sizeof *a.w);
    uint16_t *w = activation(a.weights, 3);
    for (size_t i = 0; i < a.weights; i++) a.w[i] = bf16_widen(w[i]);
    free(w);
    return a;
}

static void arrays_free(struct arrays *a)
{
    free(a->x);
    free(a->y);
    free(a->w);
}

static double x_at(const struct arrays *a, int n, int row, int column, int i)
{
    int size = a->shape->input_size;
    if (row < 0 || column < 0 || row >= size || column >= size) return 0;
    return bf16_widen(a->x[(size_t)((n * size + row) * size + column) * (size_t)a->shape->input_channels + (size_t)i]);
}

static double y_at(const struct arrays *a, int n, int row, int column, int o)
{
    int size = a->shape->output_size;
    return bf16_widen(a->y[(size_t)((n * size + row) * size + column) * (size_t)a->shape->output_channels + (size_t)o]);
}

static double w_at(const struct arrays *a, int o, int i, int row, int column)
{
    int w = a->shape->window;
    return a->w[((o * a->shape->input_channels + i) * w + row) * w + column];
}

/* Element `at` of the output, and of the input's gradient. */
static double expected_output(const struct arrays *a, size_t at)
{
    const struct tile_shape *s = a->shape;
    int o = (int)(at % (size_t)s->output_channels), pixel = (int)(at / (size_t)s->output_channels);
    int column = pixel % s->output_size, row = pixel / s->output_size % s->output_size;
    int n = pixel / s->output_size / s->output_size;
    double sum = 0;
    for (int y = 0; y < s->window; y++)
        for (int x = 0; x < s->window; x++)
            for (int i = 0; i < s->input_channels; i++)
                sum += x_at(a, n, row * s->stride + y - s->pad_before, column * s->stride + x - s->pad_before, i) *
                       w_at(a, o, i, y, x);
    return sum;
}

static double expected_input_gradient(const struct arrays *a, size_t at)
{
    const struct tile_shape *s = a->shape;
    int i = (int)(at % (size_t)s->input_channels), pixel = (int)(at / (size_t)s->input_channels);
    int column = pixel % s->input_size, row = pixel / s->input_size % s->input_size;
    int n = pixel / s->input_size / s->input_size;
    double sum = 0;
    for (int y = 0; y < s->window; y++)
        for (int x = 0; x < s->window; x++) {
            int r = row + s->pad_before - y, c = column + s->pad_before - x;
            if (r < 0 || c < 0 || r % s->stride || c % s->stride) continue;
            if (r / s->stride >= s->output_size || c / s->stride >= s->output_size) continue;
            for (int o = 0; o < s->output_channels; o++)
                sum += y_at(a, n, r / s->stride, c / s->stride, o) * w_at(a, o, i, y, x);
        }
    return sum;
}

static double expected_weight_gradient(const struct arrays *a, int o, int i, int y, int x)
{
    const struct tile_shape *s = a->shape;
    double sum = 0;
    for (int n = 0; n < s->samples; n++)
        for (int row = 0; row < s->output_size; row++)
            for (int column = 0; column < s->output_size; column++)
                sum += y_at(a, n, row, column, o) *
                       x_at(a, n, row * s->stride + y - s->pad_before, column * s->stride + x - s->pad_before, i);
    return sum;
}

static double expected_bias_gradient(const struct arrays *a, int o)
{
    const struct tile_shape *s = a->shape;
    double sum = 0;
    for (size_t p = (size_t)o; p < a->outputs; p += (size_t)s->output_channels) sum += bf16_widen(a->y[p]);
    return sum;
}

static int relevant(const struct tile_shape *shape, int backward)
{
    return !backward || shape->input_channels > 3; /* an image has no gradient */
}

/* Every so many elements, and the last ones, which tiles reach over. */
enum { CHECKED = 400 };

static size_t checked_element(size_t count, int k)
{
    return k < CHECKED / 2 ? count - 1 - (size_t)k % count : (size_t)k * 2654435761u % count;
}

static struct tile_convolution planned(const struct tile_shape *s, int backward)
{
    struct tile_convolution plan;
    cr_assert_eq(tile_convolution_plan(&plan, s, backward, THREADS), 0);
    return plan;
}

/* A bf16 value is within 1/256 of what it was rounded from; beside it the sums of f32. */
static void check_near(double value, double expected, const struct tile_shape *s, const char *what)
{
    cr_expect_float_eq(value, expected, 5e-3 * fabs(expected) + 1e-4,
                       "%s of %d x %d to %d x %d, window %d, stride %d: %g, not %g", what, s->input_channels,
                       s->input_size, s->output_channels, s->output_size, s->window, s->stride, value, expected);
}

static void check_convolution(const struct tile_shape *s, int backward)
{
    struct arrays a = arrays_create(s);
    struct tile_convolution plan = planned(s, backward);
    size_t count = backward ? a.inputs : a.outputs;
    void *packed = room(tile_convolution_weights_bytes(&plan)), *scratch = room(tile_convolution_scratch_bytes(&plan));
    uint16_t *sum = activation(count, 4), *slope_of = activation(count, 5), *to = room(count * sizeof *to);
    struct tile_epilogue epilogue = {
        .sum = sum, .slope_of = backward ? slope_of : NULL, .activate = !backward, .ceiling = 0.5f};
    float bias[512];
    for (int i = 0; i < 512; i++) bias[i] = (float)(i % 7) / 7;
    if (!backward) epilogue.bias = bias;
    tile_convolution_load(&plan, a.w, packed);
    tile_convolution_run(&plan, backward ? a.y : a.x, packed, &epilogue, to, scratch);
    for (int k = 0; k < CHECKED; k++) {
        size_t at = checked_element(count, k);
        double value = backward ? expected_input_gradient(&a, at)
                                : expected_output(&a, at) + bias[at % (size_t)s->output_channels];
        double slope = bf16_widen(slope_of[at]);
        value += bf16_widen(sum[at]);
        if (backward && !(slope > 0 && slope < 0.5)) value = 0;
        if (!backward) value = fmin(fmax(value, 0), 0.5);
        check_near(bf16_widen(to[at]), value, s, backward ? "gradient" : "output");
    }
    arrays_free(&a);
    free(packed);
    free(scratch);
    free(sum);
    free(slope_of);
    free(to);
}

Test(tiles, convolutions_are_sums_in_f64)
{
    if (!tile_available()) cr_skip_test("this CPU has no tiles");
    parallel_set_threads(THREADS);
    for (int i = 0; i < SHAPES; i++) check_convolution(&shapes[i], 0);
}

Test(tiles, gradients_of_inputs_are_sums_in_f64)
{
    if (!tile_available()) cr_skip_test("this CPU has no tiles");
    parallel_set_threads(THREADS);
    for (int i = 0; i < SHAPES; i++)
        if (relevant(&shapes[i], 1)) check_convolution(&shapes[i], 1);
}

/* Twice the same call: the second adds to the first. */
static void run_gradient(const struct arrays *a, int threads, float *weights, float *bias)
{
    struct tile_gradient plan;
    tile_gradient_plan(&plan, a->shape, threads);
    float *sums = room(tile_gradient_sum_bytes(&plan));
    void *scratch = room(tile_gradient_scratch_bytes(&plan));
    for (int fresh = 1; fresh >= 0; fresh--) tile_gradient_run(&plan, a->x, a->y, sums, bias, fresh, scratch);
    tile_gradient_unload(&plan, sums, weights);
    free(sums);
    free(scratch);
}

static void check_gradient(const struct tile_shape *s, int threads)
{
    struct arrays a = arrays_create(s);
    float *weights = room(a.weights * sizeof *weights), *bias = room((size_t)s->output_channels * sizeof *bias);
    run_gradient(&a, threads, weights, bias);
    for (int k = 0; k < CHECKED / 4; k++) {
        size_t at = checked_element(a.weights, k);
        int area = s->window * s->window, position = (int)(at % (size_t)area), pair = (int)(at / (size_t)area);
        int o = pair / s->input_channels, i = pair % s->input_channels;
        check_near(weights[at], 2 * expected_weight_gradient(&a, o, i, position / s->window, position % s->window), s,
                   "weight");
        check_near(bias[o], 2 * expected_bias_gradient(&a, o), s, "bias");
    }
    arrays_free(&a);
    free(weights);
    free(bias);
}

Test(tiles, gradients_of_weights_are_sums_in_f64)
{
    if (!tile_available()) cr_skip_test("this CPU has no tiles");
    for (int threads = 1; threads <= 3; threads++) {
        parallel_set_threads(threads);
        for (int i = 0; i < SHAPES; i++) check_gradient(&shapes[i], threads);
    }
}

Test(tiles, repeat_bit_for_bit)
{
    if (!tile_available()) cr_skip_test("this CPU has no tiles");
    parallel_set_threads(THREADS);
    for (int s = 0; s < SHAPES; s++) {
        struct arrays a = arrays_create(&shapes[s]);
        float *first = malloc(a.weights * sizeof *first), *again = malloc(a.weights * sizeof *again), bias[512];
        run_gradient(&a, THREADS, first, bias);
        for (int r = 0; r < 3; r++) {
            run_gradient(&a, THREADS, again, bias);
            cr_expect_arr_eq(first, again, a.weights * sizeof *first);
        }
        arrays_free(&a);
        free(first);
        free(again);
    }
}

Test(tiles, let_nan_through)
{
    if (!tile_available()) cr_skip_test("this CPU has no tiles");
    parallel_set_threads(THREADS);
    struct arrays a = arrays_create(&shapes[8]);
    struct tile_convolution plan = planned(a.shape, 0);
    void *packed = room(tile_convolution_weights_bytes(&plan)), *scratch = room(tile_convolution_scratch_bytes(&plan));
    uint16_t *to = room(a.outputs * sizeof *to);
    struct tile_epilogue epilogue = {.activate = 1, .ceiling = 6};
    a.x[5] = 0x7FC0;
    tile_convolution_load(&plan, a.w, packed);
    tile_convolution_run(&plan, a.x, packed, &epilogue, to, scratch);
    cr_expect(isnan(bf16_widen(to[3])), "a diverged network must not look well");
    arrays_free(&a);
    free(packed);
    free(scratch);
    free(to);
}
