/* limit.c - see limit.h. */
#include "network/limit.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/arena.h"
#include "base/random.h"
#include "network/kernels/kernel.h"

/* The ways to compute a convolution that are tried. */
static const struct {
    enum engine_layout layout;
    enum engine_convolution convolution;
    int micro_batches; /* times the requested size */
} variants[] = {
    {LAYOUT_BLOCKED, CONVOLUTION_ONEDNN, 1},       {LAYOUT_BLOCKED, CONVOLUTION_ONEDNN, 4},
    {LAYOUT_CHANNELS_LAST, CONVOLUTION_ONEDNN, 1}, {LAYOUT_CHANNELS_LAST, CONVOLUTION_ONEDNN, 4},
    {LAYOUT_CHANNELS_LAST, CONVOLUTION_MATMUL, 1}, {LAYOUT_CHANNELS_LAST, CONVOLUTION_MATMUL, 4},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

/* Least seconds of one layer's three passes, for one image. */
struct layer_time {
    double forward, weights, data;
};

struct bench {
    struct kernel *kernel;
    struct arena arena;
    struct kernel_weights weights;
    struct kernel_forward forward;
    struct kernel_backward backward;
};

/* Numbers in -1 .. 1 all over an arena, as f32 and as bf16 alike: pages that were never written are all the same one,
 * which lies in the first-level cache, and zeros are faster than numbers. */
static void fill(const struct arena *arena)
{
    enum { PATTERN = 1 << 16 };
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    uint32_t *words = (uint32_t *)arena->memory;
    for (size_t i = 0; i < arena->capacity / sizeof *words; i++) {
        float value = i < PATTERN ? 2 * random_uniform(&random) - 1 : 0;
        memcpy(&words[i], &value, sizeof value);
        words[i] = i < PATTERN ? (words[i] & 0xFFFF0000) | words[i] >> 16 : words[i % PATTERN];
    }
}

/* Runs over a measuring arena first, then over a real one. */
static void carve(struct bench *bench, const struct engine *engine, const struct kernel_request *request)
{
    struct arena *arena = &bench->arena;
    struct kernel_bytes bytes = kernel_bytes(bench->kernel);
    size_t input = engine_activation_bytes(engine, request->samples, request->input);
    size_t output = engine_activation_bytes(engine, request->samples, request->output);
    size_t channels = (size_t)request->output.channels, window = (size_t)request->layer->window;
    size_t count = channels * (size_t)request->input.channels / (size_t)request->layer->groups * window * window;
    bench->weights.forward = arena_take(arena, bytes.weights, 1);
    bench->weights.backward =
        bytes.backward_weights ? arena_take(arena, bytes.backward_weights, 1) : bench->weights.forward;
    bench->weights.bias = arena_take(arena, channels, sizeof(float));
    bench->forward = (struct kernel_forward){
        .input = arena_take(arena, input, 1),
        .output = arena_take(arena, output, 1),
        .weights = &bench->weights,
        .scratch = arena_take(arena, bytes.scratch + 64, 1),
    };
    if (request->layer->residual >= 0) bench->forward.residual = bench->forward.output;
    bench->backward = (struct kernel_backward){
        .input = bench->forward.input,
        .output_gradient = bench->forward.output,
        .input_gradient = request->input_gradient ? arena_take(arena, input, 1) : NULL,
        .gradient = arena_take(arena, bytes.gradient + count * sizeof(float), 1),
        .bias_gradient = arena_take(arena, channels, sizeof(float)),
        .weights = &bench->weights,
        .scratch = bench->forward.scratch,
    };
}

static void keep_least(double *least, double seconds)
{
    if (seconds < *least) *least = seconds;
}

static void time_passes(struct bench *bench, int samples, int repetitions, struct layer_time *least)
{
    struct kernel_backward weights = bench->backward;
    double weights_least = INFINITY, both_least = INFINITY;
    weights.input_gradient = NULL;
    for (int r = 0; r <= repetitions; r++) { /* the first warms up */
        double start = clock_seconds();
        kernel_forward(bench->kernel, &bench->forward);
        double forward = clock_seconds();
        kernel_backward(bench->kernel, &weights);
        double middle = clock_seconds();
        kernel_backward(bench->kernel, &bench->backward);
        double end = clock_seconds();
        if (r == 0) continue;
        keep_least(&least->forward, (forward - start) / samples);
        keep_least(&weights_least, (middle - forward) / samples);
        keep_least(&both_least, (end - middle) / samples);
    }
    keep_least(&least->weights, weights_least);
    keep_least(&least->data, bench->backward.input_gradient ? fmax(0, both_least - weights_least) : 0);
}

static int time_layer(const struct graph *graph, const struct layer *layer, struct engine *engine, int samples,
                      int repetitions, struct layer_time *least, struct error *error)
{
    struct bench bench = {.arena = arena_measure()};
    struct kernel_request request = {.samples = samples,
                                     .layer = layer,
                                     .input = graph->tensor[layer->input],
                                     .output = graph->tensor[layer->output],
                                     .training = 1,
                                     .input_gradient = layer->input > 0};
    if (kernel_create(&bench.kernel, engine, &request, error) != 0) return -1;
    carve(&bench, engine, &request);
    int status = arena_init(&bench.arena, bench.arena.peak, error);
    if (status == 0) {
        carve(&bench, engine, &request);
        fill(&bench.arena);
        time_passes(&bench, samples, repetitions, least);
    }
    arena_release(&bench.arena);
    kernel_free(bench.kernel);
    return status;
}

static int same_convolution(const struct graph *graph, const struct layer *a, const struct layer *b)
{
    struct tensor from_a = graph->tensor[a->input], from_b = graph->tensor[b->input];
    struct tensor to_a = graph->tensor[a->output], to_b = graph->tensor[b->output];
    return b->kind == LAYER_CONVOLUTION && from_a.channels == from_b.channels && from_a.size == from_b.size &&
           to_a.channels == to_b.channels && to_a.size == to_b.size && a->window == b->window &&
           a->groups == b->groups && (a->residual < 0) == (b->residual < 0) && a->activation == b->activation &&
           (a->input > 0) == (b->input > 0);
}

/* How often a convolution like layer l occurs from there on; 0 where an earlier one has counted it. */
static int count_occurrences(const struct graph *graph, int l)
{
    int count = 0;
    for (int other = 0; other < graph->layer_count; other++) {
        if (!same_convolution(graph, &graph->layer[l], &graph->layer[other])) continue;
        if (other < l) return 0;
        count++;
    }
    return count;
}

static int time_variant(const struct network_request *request, const struct graph *graph, int variant, int repetitions,
                        struct layer_time *times, struct error *error)
{
    int bf16 = request->precision == PRECISION_AUTO ? -1 : request->precision == PRECISION_BF16, status = 0;
    struct engine_request wanted = {bf16, variants[variant].layout, variants[variant].convolution};
    struct engine *engine;
    if (engine_create(&engine, &wanted, error) != 0) return -1;
    for (int l = 0; l < graph->layer_count && status == 0; l++)
        if (graph->layer[l].kind == LAYER_CONVOLUTION && count_occurrences(graph, l) > 0)
            status = time_layer(graph, &graph->layer[l], engine, request->micro_batch * variants[variant].micro_batches,
                                repetitions, &times[l], error);
    engine_free(engine);
    return status;
}

int network_measure_limit(const struct network_request *request, int repetitions, struct network_limit *limit,
                          struct error *error)
{
    struct graph graph;
    struct layer_time times[GRAPH_LAYERS_MAX];
    int status = 0;
    graph_init(&graph, request->image_size, 0);
    request->model->build(request->model_options, &graph);
    for (int l = 0; l < graph.layer_count; l++) times[l] = (struct layer_time){INFINITY, INFINITY, INFINITY};
    for (int v = 0; v < VARIANTS && status == 0; v++)
        status = time_variant(request, &graph, v, repetitions, times, error);
    *limit = (struct network_limit){0};
    for (int l = 0; l < graph.layer_count && status == 0; l++) {
        if (graph.layer[l].kind != LAYER_CONVOLUTION) continue;
        int count = count_occurrences(&graph, l);
        if (count == 0) continue;
        limit->forward += count * times[l].forward;
        limit->backward += count * (times[l].weights + times[l].data);
    }
    return status;
}
