/* layout.c - see layout.h. */
#include "network/layout.h"

#include <stdlib.h>
#include <string.h>

#include "network/placement.h"

struct tensor layout_last_tensor(const struct network *network)
{
    return network->graph.tensor[network->graph.tensor_count - 1];
}

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
        const struct layer *layer = &graph->layer[l];
        struct kernel_request request = {.samples = samples,
                                         .layer = layer,
                                         .input = graph->tensor[layer->input],
                                         .output = graph->tensor[layer->output],
                                         .training = stage == &network->tape,
                                         .twin = twin ? twin->kernel[l] : NULL};
        if (kernel_create(&stage->kernel[l], network->engine, &request, error) != 0) return -1;
    }
    return boundary_create(&stage->boundary, network->engine, samples, layout_last_tensor(network), error);
}

void layout_release_stage(struct stage *stage)
{
    for (int l = 0; l < GRAPH_LAYERS_MAX; l++) kernel_free(stage->kernel[l]);
    boundary_free(stage->boundary);
}

static int later(int a, int b)
{
    return a > b ? a : b;
}

/* Makes two tensors share one item that lives as long as both. */
static int join(struct placement *items, const int *item, int into, int from)
{
    items[item[into]].first = layout_smaller(items[item[into]].first, items[item[from]].first);
    items[item[into]].last = later(items[item[into]].last, items[item[from]].last);
    items[item[from]].bytes = 0;
    return item[into];
}

/* Without tape a tensor lives from its producer to its last reader; a sum takes its residual's place where it can. */
static void place_embedding(struct network *network)
{
    const struct graph *graph = &network->graph;
    struct stage *stage = &network->embed;
    struct placement items[GRAPH_LAYERS_MAX + 1];
    int item[GRAPH_LAYERS_MAX + 1];
    for (int t = 0; t < graph->tensor_count; t++) {
        int reader = graph_last_reader(graph, t);
        item[t] = t;
        items[t] =
            (struct placement){.first = graph_producer(graph, t),
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
    struct stage *stage = &network->tape;
    struct arena slot = arena_measure();
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
    struct placement items[2 * GRAPH_LAYERS_MAX + 1];
    int item[GRAPH_LAYERS_MAX + 1], tensors = graph->tensor_count;
    for (int t = 0; t < tensors; t++) {
        int reader = graph_last_reader(graph, t);
        item[t] = t;
        items[t] = (struct placement){.first = reader < 0 ? 0 : backward_step(graph, reader),
                                      .last = backward_step(graph, graph_producer(graph, t))};
        if (t > 0) items[t].bytes = engine_activation_bytes(network->engine, network->tape.samples, graph->tensor[t]);
    }
    for (int l = graph->layer_count - 1; l >= 0; l--) {
        const struct layer *layer = &graph->layer[l];
        if (graph_reuses_residual(graph, l)) item[layer->residual] = join(items, item, layer->output, layer->residual);
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
    int training = network->request.tape_count > 0;
    for (int p = 0; p < network->parameters.count; p++) {
        struct parameter *parameter = &network->parameters.parameter[p];
        parameter->value = arena_take(weights, parameter->count, sizeof(float));
        if (training && parameter->trained)
            parameter->gradient = arena_take(gradients, parameter->count, sizeof(float));
    }
    for (int l = 0; l < network->graph.layer_count; l++) {
        struct layer_state *state = &network->layer[l];
        if (state->parameters.weight < 0) continue;
        struct kernel *kernel = training ? network->tape.kernel[l] : network->embed.kernel[l];
        struct kernel_bytes bytes = kernel_bytes(kernel);
        size_t channels = (size_t)network->graph.tensor[network->graph.layer[l].output].channels;
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
    size_t scratch = 64, gradient = 0, weight = 0, channels = 0;
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

void layout_carve(struct network *network)
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
    struct tensor last = layout_last_tensor(network);
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

int layout_plan(struct network *network, const struct network_request *request, struct error *error)
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
    layout_carve(network);
    return 0;
}
