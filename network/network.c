/* network.c - see network.h: plans memory, then runs the passes. */
#include "network/network.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "network/elementwise.h"
#include "network/head.h"
#include "network/kernel.h"
#include "network/placement.h"
#include "network/weights.h"

const char *const network_precision_names[] = {"auto", "bf16", "f32", NULL};

static const char *const poolings[] = {"average", "gem", NULL};
static const char *const pixels_names[] = {"symmetric", "imagenet", NULL};

const struct field network_fields[] = {
    {"weights", "safetensors file to start from; without one, weights are random", OPTION_TEXT,
     offsetof(struct network_options, weights), NULL, 0, 0, NULL},
    {"embedding_size", "dimensions of the linear head; 0: the pooled features are the embedding", OPTION_INT,
     offsetof(struct network_options, embedding_size), "128", 0, 65536, NULL},
    {"pooling", "of the last feature map: its average, or GeM", OPTION_CHOICE,
     offsetof(struct network_options, pooling), "average", 0, 0, poolings},
    {"gem_power", "p of GeM pooling", OPTION_INT, offsetof(struct network_options, gem_power), "3", 1, 8, NULL},
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

/* The kernels of one micro-batch size, and where its tensors lie. */
struct stage {
    int              samples;
    struct kernel   *kernel[GRAPH_LAYERS_MAX];
    struct boundary *boundary;
    size_t           tensor[GRAPH_LAYERS_MAX + 1]; /* offsets: in `transient` without tape, in a slot of it with */
    size_t           auxiliary[GRAPH_LAYERS_MAX];  /* offsets in a slot */
    size_t           bytes;                        /* of the buffer without tape; of one slot with */
};

/* A layer's arrays beyond its parameters. */
struct layer_state {
    struct layer_parameters parameters;
    struct kernel_weights   weights;
    float                  *gradient, *bias_gradient; /* sums over micro-batches, in oneDNN's layout */
};

/* Gradients of activations on their way back: offsets in `transient`. */
struct gradient_plan {
    size_t tensor[GRAPH_LAYERS_MAX + 1]; /* shared along residual connections */
    size_t second[GRAPH_LAYERS_MAX];     /* a layer's contribution to a tensor that has one already */
    size_t bytes;
};

enum part { PART_WEIGHTS, PART_GRADIENTS, PART_TAPE, PART_TRANSIENT, PART_WORKSPACE, PARTS };

struct network {
    struct network_request request;
    struct graph           graph;
    struct engine         *engine;
    struct stage           embed, tape;
    struct layer_state     layer[GRAPH_LAYERS_MAX];
    struct parameter_list  parameters;
    struct head            head;
    int                    head_weight; /* position of head.weight in the list, or -1 */
    float                  scale[3], shift[3];
    struct gradient_plan   gradients;
    struct arena           arena[PARTS];

    char             *slots;      /* (slot_count, tape.bytes) */
    struct head_tape *slot_heads; /* (slot_count) on the heap */
    struct head_tape  embed_head;
    int               slot_count;
    char             *transient;
    void             *scratch; /* of oneDNN */
    float            *folded;  /* the largest layer's folded weights */
    float            *step_gradient, *step_bias; /* one micro-batch's share, the largest layer's */
    float            *features, *feature_gradients; /* (m, C, area) */
    float            *pooled_gradients;             /* (m, C) */
    float            *row_gradients;                /* (m, d) */
    int               fresh; /* 1: the sums hold nothing yet */
};

static struct tensor last_tensor(const struct network *network)
{
    return network->graph.tensor[network->graph.tensor_count - 1];
}

/* ---- planning ---- */

/* The largest micro-batch within the limit that divides `count` evenly, but for a rest that is padded. */
static int micro_batch(int count, int limit)
{
    int calls = (count + limit - 1) / limit;
    return count > 0 ? (count + calls - 1) / calls : 0;
}

static int stage_create(struct network *network, struct stage *stage, int samples, const struct stage *twin,
                        struct error *error)
{
    const struct graph *graph = &network->graph;
    stage->samples = samples;
    for (int l = 0; l < graph->layer_count; l++) {
        const struct layer   *layer = &graph->layer[l];
        struct kernel_request request = {.samples = samples,
                                         .layer = layer,
                                         .input = graph->tensor[layer->input],
                                         .output = graph->tensor[layer->output],
                                         .training = stage == &network->tape,
                                         .twin = twin ? twin->kernel[l] : NULL};
        if (kernel_create(&stage->kernel[l], network->engine, &request, error) != 0) return -1;
    }
    return boundary_create(&stage->boundary, network->engine, samples, last_tensor(network), error);
}

static void stage_release(struct stage *stage)
{
    for (int l = 0; l < GRAPH_LAYERS_MAX; l++) kernel_free(stage->kernel[l]);
    boundary_free(stage->boundary);
}

static int later(int a, int b)
{
    return a > b ? a : b;
}

static int earlier(int a, int b)
{
    return a < b ? a : b;
}

/* Makes two tensors share one item that lives as long as both. */
static int join(struct placement *items, const int *item, int into, int from)
{
    items[item[into]].first = earlier(items[item[into]].first, items[item[from]].first);
    items[item[into]].last = later(items[item[into]].last, items[item[from]].last);
    items[item[from]].bytes = 0;
    return item[into];
}

/* Without tape a tensor lives from its producer to its last reader; a sum takes its residual's place where it can. */
static void place_embedding(struct network *network)
{
    const struct graph *graph = &network->graph;
    struct stage       *stage = &network->embed;
    struct placement    items[GRAPH_LAYERS_MAX + 1];
    int                 item[GRAPH_LAYERS_MAX + 1];
    for (int t = 0; t < graph->tensor_count; t++) {
        int reader = graph_last_reader(graph, t);
        item[t] = t;
        items[t] = (struct placement){.first = graph_producer(graph, t),
                                      .last = reader < 0 ? graph->layer_count : reader,
                                      .bytes = engine_activation_bytes(network->engine, stage->samples, graph->tensor[t])};
    }
    for (int l = 0; l < graph->layer_count; l++) {
        int residual = graph->layer[l].residual, output = graph->layer[l].output;
        if (graph_reuses_residual(graph, l)) item[output] = join(items, item, residual, output);
    }
    stage->bytes = placement_assign(items, graph->tensor_count);
    for (int t = 0; t < graph->tensor_count; t++) stage->tensor[t] = items[item[t]].offset;
}

/* With tape every tensor stays, one after the other. */
static void place_tape(struct network *network)
{
    const struct graph *graph = &network->graph;
    struct stage       *stage = &network->tape;
    struct arena        slot = arena_measure();
    for (int t = 0; t < graph->tensor_count; t++) {
        stage->tensor[t] = slot.used;
        arena_take(&slot, engine_activation_bytes(network->engine, stage->samples, graph->tensor[t]), 1);
    }
    for (int l = 0; l < graph->layer_count; l++) {
        stage->auxiliary[l] = slot.used;
        arena_take(&slot, kernel_bytes(stage->kernel[l]).auxiliary, 1);
    }
    stage->bytes = slot.used;
}

/* The backward pass reaches layer l at this step; the head is step 0. */
static int backward_step(const struct graph *graph, int layer)
{
    return graph->layer_count - layer;
}

/* A gradient lives from its tensor's last reader back to its producer. A residual's first contribution is the sum's own
 * gradient, unchanged, so it takes over that buffer. */
static void place_gradients(struct network *network)
{
    const struct graph *graph = &network->graph;
    struct placement    items[2 * GRAPH_LAYERS_MAX + 1];
    int                 item[GRAPH_LAYERS_MAX + 1], tensors = graph->tensor_count;
    for (int t = 0; t < tensors; t++) {
        int reader = graph_last_reader(graph, t);
        item[t] = t;
        items[t] = (struct placement){.first = reader < 0 ? 0 : backward_step(graph, reader),
                                      .last = backward_step(graph, graph_producer(graph, t))};
        if (t > 0) items[t].bytes = engine_activation_bytes(network->engine, network->tape.samples, graph->tensor[t]);
    }
    for (int l = graph->layer_count - 1; l >= 0; l--) {
        const struct layer *layer = &graph->layer[l];
        if (graph_reuses_residual(graph, l))
            item[layer->residual] = join(items, item, layer->output, layer->residual);
        int second = layer->input > 0 && graph_last_reader(graph, layer->input) != l;
        items[tensors + l] = (struct placement){.first = backward_step(graph, l), .last = backward_step(graph, l)};
        if (second)
            items[tensors + l].bytes =
                engine_activation_bytes(network->engine, network->tape.samples, graph->tensor[layer->input]);
    }
    network->gradients.bytes = placement_assign(items, tensors + graph->layer_count);
    for (int t = 0; t < tensors; t++) network->gradients.tensor[t] = items[item[t]].offset;
    for (int l = 0; l < graph->layer_count; l++) network->gradients.second[l] = items[tensors + l].offset;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void carve_parameters(struct network *network)
{
    struct arena *weights = &network->arena[PART_WEIGHTS], *gradients = &network->arena[PART_GRADIENTS];
    int           training = network->request.tape_count > 0;
    for (int p = 0; p < network->parameters.count; p++) {
        struct parameter *parameter = &network->parameters.parameter[p];
        parameter->value = arena_take(weights, parameter->count, sizeof(float));
        if (training && parameter->trained) parameter->gradient = arena_take(gradients, parameter->count, sizeof(float));
    }
    for (int l = 0; l < network->graph.layer_count; l++) {
        struct layer_state *state = &network->layer[l];
        if (state->parameters.weight < 0) continue;
        struct kernel      *kernel = training ? network->tape.kernel[l] : network->embed.kernel[l];
        struct kernel_bytes bytes = kernel_bytes(kernel);
        size_t              channels = (size_t)network->graph.tensor[network->graph.layer[l].output].channels;
        state->weights.forward = arena_take(weights, bytes.weights, 1);
        state->weights.bias = arena_take(weights, channels, sizeof(float));
        state->weights.backward =
            bytes.backward_weights ? arena_take(weights, bytes.backward_weights, 1) : state->weights.forward;
        if (!training) continue;
        state->gradient = arena_take(gradients, bytes.gradient, 1);
        state->bias_gradient = arena_take(gradients, channels, sizeof(float));
    }
}

static struct head_tape carve_head_tape(const struct network *network, struct arena *arena, int samples)
{
    struct head_tape tape;
    tape.pooled = arena_take(arena, (size_t)samples * (size_t)network->head.channels, sizeof(float));
    tape.embeddings = arena_take(arena, (size_t)samples * (size_t)network->head.dim, sizeof(float));
    tape.norms = arena_take(arena, (size_t)samples, sizeof(float));
    return tape;
}

/* What any call needs at once, the largest of each kind. */
static void carve_workspace(struct network *network)
{
    struct arena *arena = &network->arena[PART_WORKSPACE];
    size_t        scratch = 64, gradient = 0, weight = 0, channels = 0;
    for (int s = 0; s < 2; s++) {
        const struct stage *stage = s ? &network->tape : &network->embed;
        if (stage->samples == 0) continue;
        scratch = larger(scratch, boundary_scratch_bytes(stage->boundary));
        for (int l = 0; l < network->graph.layer_count; l++) {
            struct kernel_bytes bytes = kernel_bytes(stage->kernel[l]);
            scratch = larger(scratch, bytes.scratch);
            gradient = larger(gradient, bytes.gradient);
            channels = larger(channels, (size_t)network->graph.tensor[network->graph.layer[l].output].channels);
        }
    }
    for (int p = 0; p < network->parameters.count; p++) weight = larger(weight, network->parameters.parameter[p].count);
    size_t samples = (size_t)later(network->embed.samples, network->tape.samples);
    size_t map = samples * (size_t)network->head.channels * (size_t)network->head.area;
    network->scratch = arena_take(arena, scratch, 1);
    network->folded = arena_take(arena, weight, sizeof(float));
    network->features = arena_take(arena, map, sizeof(float));
    network->embed_head = carve_head_tape(network, arena, network->embed.samples);
    if (network->tape.samples == 0) return;
    network->step_gradient = arena_take(arena, gradient, 1);
    network->step_bias = arena_take(arena, channels, sizeof(float));
    network->feature_gradients = arena_take(arena, map, sizeof(float));
    network->pooled_gradients = arena_take(arena, samples * (size_t)network->head.channels, sizeof(float));
    network->row_gradients = arena_take(arena, samples * (size_t)network->head.dim, sizeof(float));
}

/* Runs twice: over measuring arenas, then over real ones. */
static void carve(struct network *network)
{
    carve_parameters(network);
    struct arena *tape = &network->arena[PART_TAPE];
    network->slots = arena_take(tape, (size_t)network->slot_count, network->tape.bytes);
    for (int s = 0; s < network->slot_count; s++)
        network->slot_heads[s] = carve_head_tape(network, tape, network->tape.samples);
    network->transient =
        arena_take(&network->arena[PART_TRANSIENT], larger(network->embed.bytes, network->gradients.bytes), 1);
    carve_workspace(network);
}

static void set_head(struct network *network)
{
    struct tensor last = last_tensor(network);
    network->head = (struct head){
        .channels = last.channels,
        .area = last.size * last.size,
        .dim = network->request.options.embedding_size,
        .power = network->request.options.pooling == POOLING_GEM ? network->request.options.gem_power : 0,
    };
    network->head_weight = -1;
    if (network->head.dim == 0) {
        network->head.dim = last.channels;
        return;
    }
    network->head_weight = network->parameters.count;
    parameter_list_add_head(&network->parameters, network->head.dim, last.channels);
}

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

/* Everything up to the sizes: graph, kernels, placements, one measuring carve. */
static int plan(struct network *network, const struct network_request *request, struct error *error)
{
    network->request = *request;
    if (request->image_size < request->model->smallest_image)
        return error_set(error, "image_size %d is too small for model %s: give at least %d", request->image_size,
                         request->model->plugin.name, request->model->smallest_image);
    int bf16 = request->precision == PRECISION_AUTO ? -1 : request->precision == PRECISION_BF16;
    if (engine_create(&network->engine, bf16, error) != 0) return -1;
    graph_init(&network->graph, request->image_size);
    request->model->build(request->model_options, &network->graph);
    for (int l = 0; l < network->graph.layer_count; l++)
        network->layer[l].parameters =
            parameter_list_add_layer(&network->parameters, &network->graph, &network->graph.layer[l]);
    set_head(network);

    int tape = micro_batch(request->tape_count, request->micro_batch);
    if (tape > 0 && stage_create(network, &network->tape, tape, NULL, error) != 0) return -1;
    int embed = micro_batch(later(request->embed_count, 1), request->micro_batch);
    if (stage_create(network, &network->embed, embed, tape ? &network->tape : NULL, error) != 0) return -1;
    place_embedding(network);
    if (tape > 0) {
        place_tape(network);
        place_gradients(network);
        network->slot_count = (request->tape_count + tape - 1) / tape;
        network->slot_heads = calloc((size_t)network->slot_count, sizeof *network->slot_heads);
        if (!network->slot_heads) return error_set(error, "out of memory");
    }
    carve(network);
    return 0;
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
    if (plan(network, request, error) != 0) goto failed;
    for (int part = 0; part < PARTS; part++)
        if (arena_init(&network->arena[part], network->arena[part].peak, error) != 0) goto failed;
    carve(network);
    bind_head(network);
    set_pixel_scale(network);
    parameter_list_initialise(&network->parameters, request->seed);
    if (request->options.weights[0] && weights_load(request->options.weights, &network->parameters, error) != 0)
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
    stage_release(&network->embed);
    stage_release(&network->tape);
    engine_free(network->engine);
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

int network_measure(const struct network_request *request, struct network_plan *measured, struct error *error)
{
    struct network *network = calloc(1, sizeof *network);
    if (!network) return error_set(error, "out of memory");
    int status = plan(network, request, error);
    if (status == 0) {
        measured->memory = network_memory(network);
        measured->multiply_adds = graph_multiply_adds(&network->graph);
        measured->dim = network->head.dim;
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
    return weights_save(path, &network->parameters, error);
}

/* ---- running ---- */

void network_refresh(struct network *network)
{
    int training = network->tape.samples > 0;
    for (int l = 0; l < network->graph.layer_count; l++) {
        struct layer_state *state = &network->layer[l];
        if (state->parameters.weight < 0) continue;
        parameter_fold(&network->parameters, &state->parameters, network->folded, state->weights.bias);
        struct kernel *kernel = training ? network->tape.kernel[l] : network->embed.kernel[l];
        kernel_load_weights(kernel, network->folded, &state->weights, network->scratch);
    }
}

/* Copies images into a stage's input; a short micro-batch is filled up with its last image. */
static void load_images(struct network *network, const uint8_t *pixels, const int *index, int count, int samples,
                        void *activation)
{
    int    size = network->request.image_size;
    size_t image = (size_t)3 * (size_t)size * (size_t)size;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < samples; i++) {
        int at = i < count ? i : count - 1;
        boundary_load_pixels(network->engine, pixels + (size_t)(index ? index[at] : at) * image, size, network->scale,
                             network->shift, i, activation);
    }
}

/* All layers of a stage over tensors in `memory`; auxiliary arrays only on the tape. */
static void forward(struct network *network, const struct stage *stage, char *memory, int on_tape)
{
    const struct graph *graph = &network->graph;
    for (int l = 0; l < graph->layer_count; l++) {
        const struct layer *layer = &graph->layer[l];
        size_t              output = stage->tensor[layer->output];
        if (layer->residual >= 0 && stage->tensor[layer->residual] != output)
            memcpy(memory + output, memory + stage->tensor[layer->residual],
                   engine_activation_bytes(network->engine, stage->samples, graph->tensor[layer->output]));
        kernel_forward(stage->kernel[l], memory + stage->tensor[layer->input], memory + output,
                       &network->layer[l].weights, on_tape ? memory + stage->auxiliary[l] : NULL, network->scratch);
    }
}

/* One micro-batch, from pixels to embeddings (count, d). */
static void embed(struct network *network, const struct stage *stage, char *memory, const struct head_tape *tape,
                  const uint8_t *pixels, const int *index, int count, float *embeddings)
{
    load_images(network, pixels, index, count, stage->samples, memory + stage->tensor[0]);
    forward(network, stage, memory, stage == &network->tape);
    boundary_unload_features(stage->boundary, memory + stage->tensor[network->graph.tensor_count - 1],
                             network->features, network->scratch);
    network->head.samples = stage->samples;
    head_forward(&network->head, network->features, tape);
    memcpy(embeddings, tape->embeddings, (size_t)count * (size_t)network->head.dim * sizeof(float));
}

/* Where a micro-batch that starts at sample `at` finds its images. */
static const uint8_t *images_from(const struct network *network, const uint8_t *pixels, const int *index, int at)
{
    size_t size = (size_t)network->request.image_size;
    return index ? pixels : pixels + (size_t)at * 3 * size * size;
}

void network_embed(struct network *network, const uint8_t *pixels, const int *index, int count, float *embeddings)
{
    const struct stage *stage = &network->embed;
    for (int at = 0; at < count; at += stage->samples)
        embed(network, stage, network->transient, &network->embed_head, images_from(network, pixels, index, at),
              index ? index + at : NULL, earlier(stage->samples, count - at),
              embeddings + (size_t)at * (size_t)network->head.dim);
}

void network_forward_tape(struct network *network, const uint8_t *pixels, const int *index, int count,
                          float *embeddings)
{
    const struct stage *stage = &network->tape;
    assert(count <= network_tape_capacity(network));
    for (int at = 0, slot = 0; at < count; at += stage->samples, slot++)
        embed(network, stage, network->slots + (size_t)slot * stage->bytes, &network->slot_heads[slot],
              images_from(network, pixels, index, at), index ? index + at : NULL, earlier(stage->samples, count - at),
              embeddings + (size_t)at * (size_t)network->head.dim);
}

void network_clear_gradients(struct network *network)
{
    network->fresh = 1;
    for (int p = 0; p < network->parameters.count; p++) {
        struct parameter *parameter = &network->parameters.parameter[p];
        if (parameter->gradient) memset(parameter->gradient, 0, parameter->count * sizeof(float));
    }
}

/* The first micro-batch's share is written where the sum belongs, later ones are added. */
static void add_weight_gradient(struct network *network, int l, const void *input, const void *output_gradient)
{
    struct layer_state *state = &network->layer[l];
    struct kernel      *kernel = network->tape.kernel[l];
    if (network->fresh) {
        kernel_backward_weights(kernel, input, output_gradient, state->gradient, state->bias_gradient, network->scratch);
        return;
    }
    kernel_backward_weights(kernel, input, output_gradient, network->step_gradient, network->step_bias,
                            network->scratch);
    elementwise_add(state->gradient, network->step_gradient, kernel_bytes(kernel).gradient / sizeof(float));
    elementwise_add(state->bias_gradient, network->step_bias,
                    (size_t)network->graph.tensor[network->graph.layer[l].output].channels);
}

/* A contribution to the gradient of a tensor has come in through layer l: `other` is added to what there is, and with the
 * last contribution the producer's activation takes its share. */
static void finish_contribution(struct network *network, const char *slot, int l, int tensor, const void *other)
{
    int last = graph_first_reader(&network->graph, tensor) == l;
    engine_combine_gradient(network->engine, network->transient + network->gradients.tensor[tensor], other,
                            slot + network->tape.tensor[tensor],
                            last ? network->graph.tensor[tensor].activation : ACTIVATION_NONE,
                            engine_activation_bytes(network->engine, network->tape.samples, network->graph.tensor[tensor]));
}

/* Layer l: the gradient of its output is complete; its weights, input and residual get theirs. */
static void backward_layer(struct network *network, const char *slot, int l)
{
    const struct graph         *graph = &network->graph;
    const struct layer         *layer = &graph->layer[l];
    const struct gradient_plan *plan = &network->gradients;
    const char                 *input = slot + network->tape.tensor[layer->input];
    char                       *output_gradient = network->transient + plan->tensor[layer->output];
    if (layer->kind == LAYER_CONVOLUTION) add_weight_gradient(network, l, input, output_gradient);
    if (layer->input > 0) {
        int   first = graph_last_reader(graph, layer->input) == l;
        char *input_gradient = network->transient + (first ? plan->tensor[layer->input] : plan->second[l]);
        kernel_backward_data(network->tape.kernel[l], input, output_gradient, input_gradient, &network->layer[l].weights,
                             (char *)slot + network->tape.auxiliary[l], network->scratch);
        finish_contribution(network, slot, l, layer->input, first ? NULL : input_gradient);
    }
    if (layer->residual >= 0) {
        int shared = graph_reuses_residual(graph, l); /* its gradient is there already */
        finish_contribution(network, slot, l, layer->residual, shared ? NULL : output_gradient);
    }
}

/* One micro-batch on the tape; gradients (count, d). */
static void backward(struct network *network, int slot_index, int count, const float *gradients)
{
    const struct stage     *stage = &network->tape;
    const struct head_tape *head = &network->slot_heads[slot_index];
    const char             *slot = network->slots + (size_t)slot_index * stage->bytes;
    int                     last = network->graph.tensor_count - 1;
    size_t                  row = (size_t)network->head.dim;
    memset(network->row_gradients, 0, (size_t)stage->samples * row * sizeof(float));
    memcpy(network->row_gradients, gradients, (size_t)count * row * sizeof(float));
    network->head.samples = stage->samples;
    boundary_unload_features(stage->boundary, slot + stage->tensor[last], network->features, network->scratch);
    head_backward(&network->head, network->features, head, network->row_gradients, network->pooled_gradients,
                  network->feature_gradients);
    char *map_gradient = network->transient + network->gradients.tensor[last];
    boundary_load_gradient(stage->boundary, network->feature_gradients, map_gradient, network->scratch);
    engine_combine_gradient(network->engine, map_gradient, NULL, slot + stage->tensor[last],
                            network->graph.tensor[last].activation,
                            engine_activation_bytes(network->engine, stage->samples, network->graph.tensor[last]));
    for (int l = network->graph.layer_count - 1; l >= 0; l--) backward_layer(network, slot, l);
    network->fresh = 0;
}

void network_backward(struct network *network, int count, const float *gradients)
{
    int samples = network->tape.samples;
    for (int at = 0, slot = 0; at < count; at += samples, slot++)
        backward(network, slot, earlier(samples, count - at), gradients + (size_t)at * (size_t)network->head.dim);
}

void network_finish_gradients(struct network *network)
{
    if (network->fresh) return; /* nothing came back: the gradients are zero */
    for (int l = 0; l < network->graph.layer_count; l++) {
        struct layer_state *state = &network->layer[l];
        if (state->parameters.weight < 0) continue;
        kernel_unload_gradient(network->tape.kernel[l], state->gradient,
                               network->parameters.parameter[state->parameters.weight].gradient, network->scratch);
        parameter_unfold_gradient(&network->parameters, &state->parameters, state->bias_gradient);
    }
}
