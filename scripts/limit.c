/* limit.c - how fast a model's convolutions could run at best: the sum of the fastest oneDNN kernels for them on this
 * machine, each run alone and repeatedly on the same arrays. Everything else in a training step comes on top: memory
 * traffic, activations' gradients, optimizer, loss. `make bench` builds it beside the program.
 *
 *   limit MODEL IMAGE_SIZE BATCH PORTION direct|two_pass auto|bf16|f32 [REPETITIONS [THREADS]]
 *
 * Times every convolution of the model in both layouts, both ways to a 1x1 convolution's weight gradient, and
 * micro-batches of 8 and 32; the least of REPETITIONS (3) each. Prints one row of CSV: images per second of a step that
 * embeds BATCH samples and propagates PORTION of them back, and of embedding alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/parallel.h"
#include "base/random.h"
#include "network/kernels/kernel.h"
#include "network/models/model.h"
#include "strategies/strategy.h"

enum { MICRO_BATCH = 8, MODEL_OPTIONS_SIZE = 1024 };

/* The ways to compute a convolution. */
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

/* Fills an arena with numbers in -1 .. 1, both as f32 and as bf16: pages that were never written are all the same page,
 * which stays in the first-level cache, and zeros are faster than numbers. */
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

/* How often a convolution like layer l occurs from there on; 0 if an earlier layer has counted it. */
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

/* Seconds for one image. */
struct limit {
    double forward;
    double backward; /* gradients of inputs and weights */
};

static int time_variant(const struct graph *graph, int bf16, int variant, int repetitions, struct layer_time *times,
                        struct error *error)
{
    struct engine_request wanted = {bf16, variants[variant].layout, variants[variant].convolution};
    struct engine *engine;
    int status = 0;
    if (engine_create(&engine, &wanted, error) != 0) return -1;
    for (int l = 0; l < graph->layer_count && status == 0; l++)
        if (graph->layer[l].kind == LAYER_CONVOLUTION && count_occurrences(graph, l) > 0)
            status = time_layer(graph, &graph->layer[l], engine, MICRO_BATCH * variants[variant].micro_batches,
                                repetitions, &times[l], error);
    engine_free(engine);
    return status;
}

static int measure(const struct graph *graph, int bf16, int repetitions, struct limit *limit, struct error *error)
{
    struct layer_time times[GRAPH_LAYERS_MAX];
    *limit = (struct limit){0};
    for (int l = 0; l < graph->layer_count; l++) times[l] = (struct layer_time){INFINITY, INFINITY, INFINITY};
    for (int v = 0; v < VARIANTS; v++)
        if (time_variant(graph, bf16, v, repetitions, times, error) != 0) return -1;
    for (int l = 0; l < graph->layer_count; l++) {
        int count = graph->layer[l].kind == LAYER_CONVOLUTION ? count_occurrences(graph, l) : 0;
        if (count == 0) continue;
        limit->forward += count * times[l].forward;
        limit->backward += count * (times[l].weights + times[l].data);
    }
    return 0;
}

/* The command line's request. */
struct request {
    const struct model *model;
    int image_size, batch, two_pass, bf16, repetitions, threads;
    double portion;
};

static int parse(char **words, int count, struct request *request, struct error *error)
{
    const struct plugin *model = plugin_find(model_registry, "model", words[0], error);
    if (!model) return -1;
    *request = (struct request){.model = (const struct model *)model,
                                .image_size = atoi(words[1]),
                                .batch = atoi(words[2]),
                                .portion = atof(words[3]),
                                .two_pass = strcmp(words[4], "two_pass") == 0,
                                .bf16 = strcmp(words[5], "f32") == 0    ? 0
                                        : strcmp(words[5], "bf16") == 0 ? 1
                                                                        : -1,
                                .repetitions = count > 6 ? atoi(words[6]) : 3,
                                .threads = count > 7 ? atoi(words[7]) : 0};
    if (request->image_size < request->model->smallest_image || request->batch < 1 || request->repetitions < 1 ||
        !(request->portion > 0 && request->portion <= 1))
        return error_set(error, "an image size, a batch, a portion or a number of repetitions is out of range");
    return 0;
}

static int run(char **words, int count, struct error *error)
{
    _Alignas(16) char options[MODEL_OPTIONS_SIZE];
    struct request request;
    struct limit limit;
    struct graph graph;
    if (parse(words, count, &request, error) != 0) return -1;
    parallel_set_threads(request.threads);
    option_defaults(request.model->plugin.fields, options);
    graph_init(&graph, request.image_size, 0);
    request.model->build(options, &graph);
    if (measure(&graph, request.bf16, request.repetitions, &limit, error) != 0) return -1;
    int selected = strategy_selected_count(request.portion, request.batch);
    int forwards = request.batch + (request.two_pass ? selected : 0); /* K of the B are forwarded again */
    int bf16 = request.bf16 < 0 ? engine_native_bf16() : request.bf16;
    puts("model,image_size,batch_size,portion,backprop,precision,threads,images_per_second,embed_images_per_second");
    printf("%s,%d,%d,%.9g,%s,%s,%d,%.1f,%.1f\n", request.model->plugin.name, request.image_size, request.batch,
           request.portion, request.two_pass ? "two_pass" : "direct", bf16 ? "bf16" : "f32", parallel_threads(),
           request.batch / (forwards * limit.forward + selected * limit.backward), 1 / limit.forward);
    return 0;
}

int main(int count, char **words)
{
    struct error error;
    if (count < 7 || count > 9) {
        fprintf(stderr, "usage: limit MODEL IMAGE_SIZE BATCH PORTION direct|two_pass auto|bf16|f32 "
                        "[REPETITIONS [THREADS]]\n");
        return 2;
    }
    if (run(words + 1, count - 1, &error) == 0) return 0;
    fprintf(stderr, "limit: %s\n", error.message);
    return 1;
}
