/* network.c - see network.h: a network's life, and its passes. */
#include "network/network.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/parallel.h"
#include "network/kernels/elementwise.h"
#include "network/memory_plan.h"
#include "network/weights.h"

const char *const network_precision_names[] = {"auto", "bf16", "f32", NULL};

static const char *const weights_heads[] = {[WEIGHTS_HEAD_KEPT] = "kept", [WEIGHTS_HEAD_NEW] = "new", NULL};
static const char *const poolings[] = {"average", "gem", NULL};
static const char *const batch_norms[] = {"frozen", "batch", NULL};
static const char *const pixels_names[] = {"symmetric", "imagenet", NULL};

enum network_precision network_native_precision(void)
{
    return engine_native_bf16() ? PRECISION_BF16 : PRECISION_F32;
}

void network_describe_kernels(char *text, size_t size)
{
    engine_describe(text, size);
}

const struct field network_fields[] = {
    {"weights", "safetensors file to start from, or RUN/CELL, a cell that kept its own; else weights are random",
     OPTION_TEXT, offsetof(struct network_options, weights), NULL, 0, 0, NULL},
    {"weights_head", "the linear head: that of the weights, or a new one from the seed", OPTION_CHOICE,
     offsetof(struct network_options, weights_head), "kept", .choices = weights_heads, .later = 1},
    {"embedding_size", "dimensions of the linear head; 0: the pooled features are the embedding", OPTION_INT,
     offsetof(struct network_options, embedding_size), "128", 0, 65536, .tag = "d", .label = "embedding size"},
    {"pooling", "of the last feature map: its average, or GeM", OPTION_CHOICE,
     offsetof(struct network_options, pooling), "average", 0, 0, poolings},
    {"gem_power", "p of GeM pooling", OPTION_INT, offsetof(struct network_options, gem_power), "3", 1, 8, NULL},
    {"batch_norm", "frozen: fixed statistics; batch: those of the samples that run together", OPTION_CHOICE,
     offsetof(struct network_options, batch_norm), "frozen", 0, 0, batch_norms},
    {"trainable_from", "first layer that is trained, such as layer4 or head; without one, all are", OPTION_TEXT,
     offsetof(struct network_options, trainable_from), NULL, 0, 0, NULL},
    {"pixels", "how 0..255 enters: symmetric to -1..1, or by ImageNet's mean and deviation", OPTION_CHOICE,
     offsetof(struct network_options, pixels), "symmetric", 0, 0, pixels_names},
    {0},
};

/* Mean and deviation of pixels in 0..1, for each row of pixels_names. */
static const struct {
    float mean[3], deviation[3];
} pixel_scales[] = {
    [PIXELS_SYMMETRIC] = {{0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f}},
    [PIXELS_IMAGENET] = {{0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}},
};

/* The head's weights, once they have their place. */
static void bind_head(struct network *network)
{
    if (network->head_weight < 0) return;
    const struct parameter *weight = &network->parameters.parameter[network->head_weight], *bias = weight + 1;
    network->head.weight = weight->value;
    network->head.bias = bias->value;
    network->head.weight_gradient = weight->gradient;
    network->head.bias_gradient = bias->gradient;
}

static void set_pixel_scale(struct network *network)
{
    for (int c = 0; c < 3; c++) {
        float deviation = pixel_scales[network->request.options.pixels].deviation[c];
        network->scale[c] = 1 / (255 * deviation);
        network->shift[c] = -pixel_scales[network->request.options.pixels].mean[c] / deviation;
    }
}

int network_create(struct network **out, const struct network_request *request, struct error *error)
{
    *out = NULL;
    struct network *network = calloc(1, sizeof *network);
    if (!network) return error_set(error, "out of memory");
    if (memory_plan_make(network, request, error) != 0) goto failed;
    for (int part = 0; part < PARTS; part++)
        if (arena_init(&network->arena[part], network->arena[part].peak, error) != 0) goto failed;
    memory_plan_carve(network);
    bind_head(network);
    set_pixel_scale(network);
    parameter_list_initialize(&network->parameters, request->seed);
    if (request->options.weights[0] && weights_load(request->options.weights, &network->parameters,
                                                    (enum weights_head)request->options.weights_head, error) != 0)
        goto failed;
    network->fresh = 1;
    network_refresh(network);
    *out = network;
    return 0;
failed:
    network_free(network);
    return -1;
}

void network_free(struct network *network)
{
    if (!network) return;
    memory_plan_release(network);
    for (int part = 0; part < PARTS; part++) arena_release(&network->arena[part]);
    free(network->slot_heads);
    free(network);
}

struct network_memory network_memory(const struct network *network)
{
    return (struct network_memory){
        .weights = network->arena[PART_WEIGHTS].peak,
        .gradients = network->arena[PART_GRADIENTS].peak,
        .tape = network->arena[PART_TAPE].peak,
        .transient = network->arena[PART_TRANSIENT].peak,
        .workspace = network->arena[PART_WORKSPACE].peak,
    };
}

struct network_work network_work(const struct network *network)
{
    const struct graph *graph = &network->graph;
    double head = network->head_weight >= 0 ? (double)network->head.dim * network->head.channels : 0;
    struct network_work work = {.forward = graph_multiply_adds(graph) + head, .head_backward = 2 * head};
    work.backward = work.head_backward;
    for (int l = network->first_trained; l < graph->layer_count; l++)
        work.backward +=
            graph_layer_multiply_adds(graph, l) * (1 + network_has_gradient(network, graph->layer[l].input));
    return work;
}

int network_count_work(const struct network_request *request, struct network_work *work, struct error *error)
{
    struct network *network = calloc(1, sizeof *network);
    if (!network) return error_set(error, "out of memory");
    int status = memory_plan_graph(network, request, error);
    if (status == 0) *work = network_work(network);
    network_free(network);
    return status;
}

int network_measure(const struct network_request *request, struct network_plan *measured, struct error *error)
{
    struct network *network = calloc(1, sizeof *network);
    if (!network) return error_set(error, "out of memory");
    int status = memory_plan_make(network, request, error);
    if (status == 0) {
        measured->memory = network_memory(network);
        measured->work = network_work(network);
        measured->dim = network->head.dim;
        measured->input_dim = network_input_dim(network);
        measured->bf16 = engine_bf16(network->engine);
        measured->parameters = network->parameters;
    }
    network_free(network);
    return status;
}

int network_dim(const struct network *network)
{
    return network->head.dim;
}

int network_input_dim(const struct network *network)
{
    return network->head_weight < 0 ? 0 : network->head.channels;
}

int network_tape_capacity(const struct network *network)
{
    return network->slot_count * network->tape.samples;
}

enum network_precision network_used_precision(const struct network *network)
{
    return engine_bf16(network->engine) ? PRECISION_BF16 : PRECISION_F32;
}

struct parameter *network_parameters(struct network *network, int *count)
{
    *count = network->parameters.count;
    return network->parameters.parameter;
}

int network_save(struct network *network, const char *path, struct error *error)
{
    return weights_save(path, network->parameters.parameter, network->parameters.count, NULL, error);
}

static void refresh_from(struct network *network, int first)
{
    const struct stage *stage = memory_plan_leading_stage(network);
    for (int l = first; l < network->graph.layer_count; l++) {
        struct layer_state *state = &network->layer[l];
        if (state->parameters.weight < 0) continue;
        parameter_fold(&network->parameters, &state->parameters, network->folded, state->weights.bias);
        kernel_load_weights(stage->kernel[l], network->folded, &state->weights, network->workspace.scratch);
    }
}

void network_refresh(struct network *network)
{
    refresh_from(network, 0);
}

void network_refresh_trained(struct network *network)
{
    refresh_from(network, network->first_trained);
}

void network_set_training(struct network *network, int training)
{
    network->training = training;
}

void network_set_head_only(struct network *network, int head_only)
{
    network->head_only = head_only;
}

/* A call: `count` images on their way to rows. */
struct embedding {
    const struct network *network;
    const uint8_t *pixels;
    const int *index; /* which images; NULL: the first `count` */
    int count;
    struct network_rows rows;
    int taped;       /* 1: each micro-batch is kept in a slot of the tape */
    atomic_int next; /* sample that no embedder has taken yet */
};

/* Images [at, at + count) to an input of `samples`, which is filled up with the last of them. */
static void load_images(const struct embedding *call, int at, int count, int samples, void *activation)
{
    const struct network *network = call->network;
    int size = network->request.image_size;
    size_t image = (size_t)3 * (size_t)size * (size_t)size;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < samples; i++) {
        int position = at + number_smaller(i, count - 1);
        engine_load_pixels(network->engine,
                           call->pixels + (size_t)(call->index ? call->index[position] : position) * image, size,
                           network->scale, network->shift, i, activation);
    }
}

/* One micro-batch on its way forward: its kernels and arrays, and where it is kept. */
struct passage {
    const struct network *network;
    const struct stage *stage;
    const struct workspace *workspace;
    char *slot; /* of the tape, or NULL */
    const struct head_tape *head;
};

/* Where a tensor's values for a sample of the micro-batch lie. */
static char *locate(const struct passage *passage, int tensor, int sample)
{
    const struct network *network = passage->network;
    const struct stage *stage = passage->stage;
    size_t bytes = engine_activation_bytes(network->engine, 1, network->graph.tensor[tensor]);
    if (passage->slot && network->tape.on_tape[tensor])
        return passage->slot + network->tape.tensor[tensor] + (size_t)sample * bytes;
    return passage->workspace->transient + stage->tensor[tensor] + (size_t)(sample % stage->held[tensor]) * bytes;
}

/* Where what layer l keeps of a sample for the backward pass lies; NULL: nothing is kept. */
static char *locate_auxiliary(const struct passage *passage, int l, int sample)
{
    const struct stage *tape = &passage->network->tape;
    if (!passage->slot) return NULL;
    size_t bytes = kernel_bytes(tape->kernel[l]).auxiliary / (size_t)tape->samples;
    return passage->slot + tape->auxiliary[l] + (size_t)sample * bytes;
}

static void keep_in_slot(struct passage *passage, int slot)
{
    const struct network *network = passage->network;
    passage->slot = network->slots + (size_t)slot * network->tape.slot_bytes;
    passage->head = &network->slot_heads[slot];
}

/* By all threads in step. */
static struct passage tape_passage(const struct network *network, int slot)
{
    struct passage passage = {.network = network, .stage = &network->tape, .workspace = &network->workspace};
    keep_in_slot(&passage, slot);
    return passage;
}

static struct passage embedder_passage(const struct network *network, int e)
{
    const struct embedder *embedder = &network->embedders[e];
    return (struct passage){network, &embedder->stage, &embedder->workspace, NULL, &embedder->head};
}

static enum kernel_mode layer_mode(const struct network *network, const struct stage *stage, int l)
{
    if (l < network->first_trained) return KERNEL_INFERENCE;
    if (stage == &network->tape) return KERNEL_TAPE;
    return network->training ? KERNEL_BATCH : KERNEL_INFERENCE;
}

/* The layers of a segment, for samples of the micro-batch from `first` on. */
static void forward_layers(const struct passage *passage, const struct segment *segment, int first)
{
    const struct network *network = passage->network;
    for (int l = segment->first; l < segment->last; l++) {
        const struct layer *layer = &network->graph.layer[l];
        kernel_forward(passage->stage->kernel[l],
                       &(struct kernel_forward){
                           .mode = layer_mode(network, passage->stage, l),
                           .input = locate(passage, layer->input, first),
                           .residual = layer->residual >= 0 ? locate(passage, layer->residual, first) : NULL,
                           .output = locate(passage, layer->output, first),
                           .weights = &network->layer[l].weights,
                           .auxiliary = locate_auxiliary(passage, l, first),
                           .scratch = passage->workspace->scratch,
                       });
    }
}

/* Segment s and what leads to it, for samples from `first` on of the micro-batch that begins with the call's `at`. */
static void forward(const struct passage *passage, const struct embedding *call, int s, int at, int first)
{
    const struct segment *segment = &passage->stage->segments.segment[s];
    int input = passage->network->graph.layer[segment->first].input;
    int count = number_smaller(segment->samples, call->count - at - first);
    if (s == 0)
        load_images(call, at + first, count, segment->samples, locate(passage, input, first));
    else
        for (int i = 0; i < count; i += segment[-1].samples) forward(passage, call, s - 1, at, first + i);
    forward_layers(passage, segment, first);
}

/* The feature map to f32, and a head for this many samples. */
static struct head unload_features(const struct passage *passage)
{
    const struct network *network = passage->network;
    const struct workspace *workspace = passage->workspace;
    struct head head = network->head;
    head.samples = passage->stage->samples;
    boundary_unload_features(passage->stage->boundary, locate(passage, network->graph.tensor_count - 1, 0),
                             workspace->features, workspace->scratch);
    return head;
}

/* Rows at, at + 1 ... of a call's array, `width` floats each. */
static void copy_rows(float *rows, int at, const float *from, int count, int width)
{
    if (rows) memcpy(rows + (size_t)at * (size_t)width, from, (size_t)count * (size_t)width * sizeof(float));
}

/* One micro-batch, from pixels to embeddings. */
static void embed(const struct passage *passage, const struct embedding *call, int at)
{
    int count = number_smaller(passage->stage->samples, call->count - at);
    forward(passage, call, passage->stage->segments.count - 1, at, 0);
    struct head head = unload_features(passage);
    head_forward(&head, passage->workspace->features, passage->head);
    copy_rows(call->rows.embeddings, at, passage->head->embeddings, count, head.dim);
    copy_rows(call->rows.lengths, at, passage->head->norms, count, 1);
    copy_rows(call->rows.inputs, at, passage->head->pooled, count, head.channels);
}

static void run_embedder(void *context, int e)
{
    struct embedding *call = context;
    struct passage passage = embedder_passage(call->network, e);
    int samples = passage.stage->samples, at;
    while ((at = atomic_fetch_add(&call->next, samples)) < call->count) {
        if (call->taped) keep_in_slot(&passage, at / samples);
        embed(&passage, call, at);
    }
}

void network_embed(struct network *network, const uint8_t *pixels, const int *index, int count,
                   struct network_rows rows)
{
    struct embedding call = {network, pixels, index, count, rows, 0, 0};
    parallel_for(network->embedder_count, run_embedder, &call);
}

/* How many of `count` samples embedders put on the tape: as many whole micro-batches for each, so that none waits. */
static int count_taped_apart(const struct network *network, int count)
{
    int each = network->tape.samples * network->embedder_count;
    return network->tapes_apart ? count / each * each : 0;
}

void network_forward_tape(struct network *network, const uint8_t *pixels, const int *index, int count,
                          struct network_rows rows)
{
    int apart = count_taped_apart(network, count);
    struct embedding call = {network, pixels, index, apart, rows, 1, 0};
    assert(count <= network_tape_capacity(network));
    if (apart > 0) parallel_for(network->embedder_count, run_embedder, &call);
    call.count = count;
    for (int at = apart; at < count; at += network->tape.samples) {
        struct passage passage = tape_passage(network, at / network->tape.samples);
        embed(&passage, &call, at);
    }
}

static void zero_gradient(struct parameter *parameter)
{
    if (parameter->gradient) memset(parameter->gradient, 0, parameter->count * sizeof(float));
}

/* Of the layers' gradients the first micro-batch's are written, not added; the head only adds. */
void network_clear_gradients(struct network *network)
{
    network->fresh = 1;
    if (network->head_weight < 0) return;
    for (int p = network->head_weight; p < network->parameters.count; p++)
        zero_gradient(&network->parameters.parameter[p]);
}

/* The activation whose slope a tensor's gradient takes with the contribution of layer l: with the last one. */
static enum activation finished_activation(const struct network *network, int l, int tensor)
{
    int last = graph_first_reader(&network->graph, tensor) == l;
    return last ? network->graph.tensor[tensor].activation : ACTIVATION_NONE;
}

/* Layer l: the gradient of its output is complete; its weights and its input get theirs. */
static void backward_kernel(struct network *network, const struct passage *passage, int l)
{
    const struct graph *graph = &network->graph;
    const struct layer *layer = &graph->layer[l];
    const struct gradient_plan *plan = &network->gradients;
    struct layer_state *state = &network->layer[l];
    int in_place = network->fresh || kernel_accumulates(network->tape.kernel[l]);
    int leads_on = network_has_gradient(network, layer->input);
    kernel_backward(network->tape.kernel[l],
                    &(struct kernel_backward){
                        .input = locate(passage, layer->input, 0),
                        .output_gradient = network->workspace.transient + plan->tensor[layer->output],
                        .input_gradient = leads_on ? network->workspace.transient + plan->tensor[layer->input] : NULL,
                        .spare = network->workspace.transient + plan->spare[l],
                        .add = graph_last_reader(graph, layer->input) != l,
                        .activation = finished_activation(network, l, layer->input),
                        .gradient = in_place ? state->gradient : network->step_gradient,
                        .bias_gradient = in_place ? state->bias_gradient : network->step_bias,
                        .accumulate = in_place && !network->fresh,
                        .weights = &state->weights,
                        .auxiliary = locate_auxiliary(passage, l, 0),
                        .scratch = network->workspace.scratch,
                    });
    if (in_place || !state->gradient) return;
    elementwise_add(state->gradient, network->step_gradient, state->gradient_count);
    elementwise_add(state->bias_gradient, network->step_bias, state->bias_gradient_count);
}

/* The residual of layer l receives the gradient of the sum as it is; where the two share an array it is there. */
static void backward_residual(struct network *network, const struct passage *passage, int l)
{
    const struct graph *graph = &network->graph;
    const struct layer *layer = &graph->layer[l];
    const struct gradient_plan *plan = &network->gradients;
    int shared = graph_reuses_residual(graph, l);
    engine_combine_gradient(
        network->engine, network->workspace.transient + plan->tensor[layer->residual],
        shared ? NULL : network->workspace.transient + plan->tensor[layer->output], locate(passage, layer->residual, 0),
        finished_activation(network, l, layer->residual),
        engine_activation_bytes(network->engine, network->tape.samples, graph->tensor[layer->residual]));
}

static void backward_layer(struct network *network, const struct passage *passage, int l)
{
    int residual = network->graph.layer[l].residual;
    backward_kernel(network, passage, l);
    if (residual >= 0 && network_has_gradient(network, residual)) backward_residual(network, passage, l);
}

/* The head of one micro-batch, and the gradient of the last feature map. */
static void backward_head(struct network *network, const struct passage *passage, int count, const float *gradients)
{
    const struct stage *stage = passage->stage;
    int last = network->graph.tensor_count - 1;
    size_t row = (size_t)network->head.dim;
    const char *map = locate(passage, last, 0);
    memset(network->row_gradients, 0, (size_t)stage->samples * row * sizeof(float));
    memcpy(network->row_gradients, gradients, (size_t)count * row * sizeof(float));
    struct head head = unload_features(passage);
    head_backward(&head, network->workspace.features, passage->head, network->row_gradients, network->pooled_gradients,
                  network->feature_gradients);
    if (!network_has_gradient(network, last) || network->head_only) return;
    char *map_gradient = network->workspace.transient + network->gradients.tensor[last];
    boundary_load_gradient(stage->boundary, network->feature_gradients, map_gradient, network->workspace.scratch);
    engine_combine_gradient(network->engine, map_gradient, NULL, map, network->graph.tensor[last].activation,
                            engine_activation_bytes(network->engine, stage->samples, network->graph.tensor[last]));
}

void network_backward(struct network *network, int count, const float *gradients)
{
    int samples = network->tape.samples;
    for (int at = 0, slot = 0; at < count; at += samples, slot++) {
        struct passage passage = tape_passage(network, slot);
        backward_head(network, &passage, number_smaller(samples, count - at),
                      gradients + (size_t)at * (size_t)network->head.dim);
        if (network->head_only) continue;
        for (int l = network->graph.layer_count - 1; l >= network->first_trained; l--)
            backward_layer(network, &passage, l);
        network->fresh = 0;
    }
}

void network_finish_gradients(struct network *network)
{
    struct parameter *parameters = network->parameters.parameter;
    for (int p = 0; p < network->parameters.count && network->fresh; p++) /* nothing came back */
        if (!parameters[p].is_head) zero_gradient(&parameters[p]);
    for (int l = network->first_trained; l < network->graph.layer_count && !network->fresh; l++) {
        struct layer_state *state = &network->layer[l];
        if (state->parameters.weight < 0) continue;
        kernel_unload_gradient(network->tape.kernel[l], state->gradient, parameters[state->parameters.weight].gradient,
                               network->workspace.scratch);
        parameter_unfold_gradient(&network->parameters, &state->parameters, state->bias_gradient);
    }
}
