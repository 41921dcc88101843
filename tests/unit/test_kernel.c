/* test_kernel.c - single convolutions against sums in double, in every arrangement of activations and by both ways to
 * the weight gradient of a 1x1 window, whichever of them this CPU would choose; and what an engine does itself. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/random.h"
#include "network/kernels/bf16.h"
#include "network/kernels/engine_parts.h"
#include "network/kernels/kernel.h"

enum { SAMPLES = 2, INPUTS = 16, OUTPUTS = 32, SIZE = 5, PIXELS = SIZE * SIZE, WINDOW_MAX = 3 };

/* A convolution's arrays: input, output, weights (OUTPUTS, INPUTS, window, window), bias, and their gradients.
 * Activations are in the engine's arrangement. */
struct arrays {
    int window;
    _Alignas(64) float x[SAMPLES * INPUTS * PIXELS];
    _Alignas(64) float y[SAMPLES * OUTPUTS * PIXELS];
    _Alignas(64) float w[OUTPUTS * INPUTS * WINDOW_MAX * WINDOW_MAX];
    _Alignas(64) float b[OUTPUTS];
    _Alignas(64) float dx[SAMPLES * INPUTS * PIXELS];
    _Alignas(64) float dy[SAMPLES * OUTPUTS * PIXELS];
    _Alignas(64) float dw[OUTPUTS * INPUTS * WINDOW_MAX * WINDOW_MAX];
    _Alignas(64) float db[OUTPUTS];
};

static void draw(float *values, size_t count, int stream)
{
    struct random random = random_stream(5, RANDOM_TEST, stream, 0);
    for (size_t i = 0; i < count; i++) values[i] = 2 * random_uniform(&random) - 1;
}

static struct arrays *make_arrays(int window)
{
    struct arrays *arrays = aligned_alloc(64, sizeof *arrays);
    arrays->window = window;
    draw(arrays->x, SAMPLES * INPUTS * PIXELS, 0);
    draw(arrays->w, (size_t)(OUTPUTS * INPUTS * window * window), 1);
    draw(arrays->b, OUTPUTS, 2);
    draw(arrays->dy, SAMPLES * OUTPUTS * PIXELS, 3);
    return arrays;
}

/* Where a channel's pixel lies: channels come in blocks, and all of a block's for one pixel after another. */
static int place(const struct engine *engine, int channels, int n, int c, int row, int column)
{
    int block = engine->layout == dnnl_nhwc ? channels : engine->layout == dnnl_nChw8c ? 8 : 16;
    return (n * channels + c / block * block) * PIXELS + (row * SIZE + column) * block + c % block;
}

/* ---- the kernel ---- */

static void *room(size_t bytes)
{
    return aligned_alloc(64, (bytes + 64) / 64 * 64);
}

static void run_passes(const struct kernel *kernel, struct arrays *arrays)
{
    struct kernel_bytes bytes = kernel_bytes(kernel);
    void *forward = room(bytes.weights), *backward = room(bytes.backward_weights), *scratch = room(bytes.scratch);
    float *gradient = bytes.gradient ? room(bytes.gradient) : arrays->dw;
    struct kernel_weights weights = {
        .forward = forward, .backward = bytes.backward_weights ? backward : forward, .bias = arrays->b};
    kernel_load_weights(kernel, arrays->w, &weights, scratch);
    kernel_forward(kernel, &(struct kernel_forward){
                               .input = arrays->x, .output = arrays->y, .weights = &weights, .scratch = scratch});
    kernel_backward(kernel, &(struct kernel_backward){.input = arrays->x,
                                                      .output_gradient = arrays->dy,
                                                      .input_gradient = arrays->dx,
                                                      .gradient = gradient,
                                                      .bias_gradient = arrays->db,
                                                      .weights = &weights,
                                                      .scratch = scratch});
    kernel_unload_gradient(kernel, gradient, arrays->dw, scratch);
    if (gradient != arrays->dw) free(gradient);
    free(forward);
    free(backward);
    free(scratch);
}

static void compute(struct engine *engine, struct arrays *arrays)
{
    struct layer layer = {.kind = LAYER_CONVOLUTION, .name = "a", .residual = -1, .stride = 1, .groups = 1};
    layer.window = arrays->window;
    layer.pad_before = layer.pad_after = arrays->window / 2;
    struct kernel_request request = {.samples = SAMPLES,
                                     .layer = &layer,
                                     .input = {INPUTS, SIZE, ACTIVATION_NONE},
                                     .output = {OUTPUTS, SIZE, ACTIVATION_NONE},
                                     .training = 1,
                                     .tape = 1,
                                     .input_gradient = 1};
    struct kernel *kernel;
    struct error error;
    cr_assert_eq(kernel_create(&kernel, engine, &request, &error), 0, "%s", error.message);
    run_passes(kernel, arrays);
    kernel_free(kernel);
}

/* ---- the same in double ---- */

struct expected {
    double y[SAMPLES * OUTPUTS * PIXELS], dx[SAMPLES * INPUTS * PIXELS];
    double dw[OUTPUTS * INPUTS * WINDOW_MAX * WINDOW_MAX], db[OUTPUTS];
};

/* All that one weight contributes to. */
static void add_weight(const struct engine *engine, const struct arrays *arrays, struct expected *expected, int o,
                       int i, int up, int left)
{
    int window = arrays->window, w = ((o * INPUTS + i) * window + up) * window + left;
    for (int n = 0; n < SAMPLES; n++)
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            int row = pixel / SIZE + up - window / 2, column = pixel % SIZE + left - window / 2;
            if (row < 0 || row >= SIZE || column < 0 || column >= SIZE) continue;
            int x = place(engine, INPUTS, n, i, row, column);
            int y = place(engine, OUTPUTS, n, o, pixel / SIZE, pixel % SIZE);
            expected->y[y] += (double)arrays->w[w] * arrays->x[x];
            expected->dx[x] += (double)arrays->w[w] * arrays->dy[y];
            expected->dw[w] += (double)arrays->dy[y] * arrays->x[x];
        }
}

static struct expected *expect(const struct engine *engine, const struct arrays *arrays)
{
    struct expected *expected = calloc(1, sizeof *expected);
    for (int n = 0; n < SAMPLES; n++)
        for (int at = 0; at < OUTPUTS * PIXELS; at++) {
            int o = at / PIXELS, y = place(engine, OUTPUTS, n, o, at % PIXELS / SIZE, at % SIZE);
            expected->y[y] = arrays->b[o];
            expected->db[o] += arrays->dy[y];
        }
    for (int o = 0; o < OUTPUTS; o++)
        for (int i = 0; i < INPUTS; i++)
            for (int at = 0; at < arrays->window * arrays->window; at++)
                add_weight(engine, arrays, expected, o, i, at / arrays->window, at % arrays->window);
    return expected;
}

static void assert_near(const float *values, const double *expected, int count, const char *what)
{
    for (int i = 0; i < count; i++)
        cr_assert_float_eq(values[i], expected[i], 2e-4, "%s[%d] is %g, not %g", what, i, values[i], expected[i]);
}

static void check(const struct engine_request *request)
{
    struct engine *engine;
    struct error error;
    cr_assert_eq(engine_create(&engine, request, &error), 0, "%s", error.message);
    for (int window = 1; window <= WINDOW_MAX; window += 2) {
        struct arrays *arrays = make_arrays(window);
        struct expected *expected = expect(engine, arrays);
        compute(engine, arrays);
        assert_near(arrays->y, expected->y, SAMPLES * OUTPUTS * PIXELS, "y");
        assert_near(arrays->dx, expected->dx, SAMPLES * INPUTS * PIXELS, "dx");
        assert_near(arrays->dw, expected->dw, OUTPUTS * INPUTS * window * window, "dw");
        assert_near(arrays->db, expected->db, OUTPUTS, "db");
        free(expected);
        free(arrays);
    }
    engine_free(engine);
}

Test(kernel, convolutions_are_their_sums_in_every_arrangement_and_both_ways)
{
    static const struct engine_request requests[] = {
        {0, LAYOUT_AUTO, CONVOLUTION_AUTO},
        {0, LAYOUT_BLOCKED, CONVOLUTION_ONEDNN},
        {0, LAYOUT_BLOCKED, CONVOLUTION_MATMUL}, /* which only channels last have: oneDNN's */
        {0, LAYOUT_CHANNELS_LAST, CONVOLUTION_ONEDNN},
        {0, LAYOUT_CHANNELS_LAST, CONVOLUTION_MATMUL},
    };
    for (size_t r = 0; r < sizeof requests / sizeof *requests; r++) check(&requests[r]);
}

/* Tests run in processes of their own, and oneDNN looks at its limit once. */
Test(kernel, convolutions_are_their_sums_on_a_cpu_of_no_row_of_the_table)
{
    struct engine_request request = {-1, LAYOUT_AUTO, CONVOLUTION_AUTO};
    struct engine *engine;
    struct error error;
    setenv("ONEDNN_MAX_CPU_ISA", "SSE41", 1);
    cr_assert_eq(engine_create(&engine, &request, &error), 0, "%s", error.message);
    cr_expect_eq(engine->layout, dnnl_nhwc);
    cr_expect_not(engine_bf16(engine));
    engine_free(engine);
    check(&request);
    request.layout = LAYOUT_BLOCKED;
    check(&request);
    request.bf16 = 1;
    cr_expect_eq(engine_create(&engine, &request, &error), -1);
    cr_expect_str_eq(error.message, "precision bf16: this CPU has no native bf16 arithmetic; use f32 or auto");
}

/* ---- the engine, in both precisions whatever the CPU has ---- */

enum { COUNT = 5, MOST = 24 };

struct values {
    float f32[MOST];
    uint16_t bf16[MOST];
};

static void *values_in(struct values *values, const struct engine *engine)
{
    return engine_bf16(engine) ? (void *)values->bf16 : (void *)values->f32;
}

/* All small whole numbers, which bf16 has too. */
static void put(struct values *values, const float *numbers, int count)
{
    for (int i = 0; i < count; i++) {
        values->f32[i] = numbers[i];
        values->bf16[i] = bf16_narrow(numbers[i]);
    }
}

static void assert_are(const struct values *values, const struct engine *engine, const float *expected, int count)
{
    for (int i = 0; i < count; i++)
        cr_assert_eq(engine_bf16(engine) ? bf16_widen(values->bf16[i]) : values->f32[i], expected[i], "%d", i);
}

Test(engine, activates_and_combines_gradients_in_its_precision)
{
    static const float sums[COUNT] = {-3, 0, 1, 5, 8}, ones[COUNT] = {1, 1, 1, 1, 1};
    for (int bf16 = 0; bf16 < 2; bf16++) {
        struct engine engine = {.type = bf16 ? dnnl_bf16 : dnnl_f32};
        struct values output, one, gradient;
        size_t bytes = COUNT * (bf16 ? sizeof(uint16_t) : sizeof(float));
        put(&output, sums, COUNT);
        put(&one, ones, COUNT);
        put(&gradient, sums, COUNT);
        engine_activate(&engine, values_in(&output, &engine), NULL, ACTIVATION_NONE, bytes);
        assert_are(&output, &engine, sums, COUNT);
        engine_activate(&engine, values_in(&output, &engine), values_in(&one, &engine), ACTIVATION_RELU6, bytes);
        assert_are(&output, &engine, (float[]){0, 1, 2, 6, 6}, COUNT);
        engine_combine_gradient(&engine, values_in(&gradient, &engine), values_in(&one, &engine),
                                values_in(&output, &engine), ACTIVATION_RELU6, bytes);
        assert_are(&gradient, &engine, (float[]){0, 1, 2, 0, 0}, COUNT);
        engine_combine_gradient(&engine, values_in(&gradient, &engine), NULL, values_in(&output, &engine),
                                ACTIVATION_NONE, bytes);
        assert_are(&gradient, &engine, (float[]){0, 1, 2, 0, 0}, COUNT);
    }
}

/* Two images of 2 by 2 pixels; the second is loaded. */
Test(engine, loads_an_image_plane_by_plane_or_pixel_by_pixel)
{
    enum { IMAGE = 12 };
    static const uint8_t planes[IMAGE] = {1, 2, 3, 4, 10, 20, 30, 40, 5, 6, 7, 8};
    static const float scale[3] = {1, 2, 4}, shift[3] = {0, 1, 2}, none[2 * IMAGE] = {0};
    static const float expected[2][2 * IMAGE] = {{[IMAGE] = 1, 2, 3, 4, 21, 41, 61, 81, 22, 26, 30, 34},
                                                 {[IMAGE] = 1, 21, 22, 2, 41, 26, 3, 61, 30, 4, 81, 34}};
    for (int bf16 = 0; bf16 < 2; bf16++)
        for (int last = 0; last < 2; last++) {
            struct engine engine = {.type = bf16 ? dnnl_bf16 : dnnl_f32, .pixels = last ? dnnl_nhwc : dnnl_nchw};
            struct values values;
            put(&values, none, 2 * IMAGE);
            engine_load_pixels(&engine, planes, 2, scale, shift, 1, values_in(&values, &engine));
            assert_are(&values, &engine, expected[last], 2 * IMAGE);
        }
}

Test(engine, knows_how_large_activations_are)
{
    static const struct {
        dnnl_data_type_t type;
        dnnl_format_tag_t layout;
        int channels;
        size_t bytes;
    } cases[] = {{dnnl_f32, dnnl_nhwc, 20, 20 * 4},    {dnnl_f32, dnnl_nChw8c, 20, 24 * 4},
                 {dnnl_f32, dnnl_nChw16c, 20, 32 * 4}, {dnnl_bf16, dnnl_nChw16c, 20, 32 * 2},
                 {dnnl_bf16, dnnl_nhwc, 20, 20 * 2},   {dnnl_f32, dnnl_nChw16c, 3, 3 * 4}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct engine engine = {.type = cases[c].type, .layout = cases[c].layout};
        struct tensor tensor = {cases[c].channels, SIZE, ACTIVATION_NONE};
        cr_expect_eq(engine_activation_bytes(&engine, SAMPLES, tensor), SAMPLES * PIXELS * cases[c].bytes, "%zu", c);
    }
}
