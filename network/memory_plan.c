/* memory_plan.c - see memory_plan.h. */
#include "network/memory_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/parallel.h"
#include "network/memory_places.h"

struct tensor memory_plan_last_tensor(const struct network *network)
{
    return network->graph.tensor[network->graph.tensor_count - 1];
}

/* The size of the fewest micro-batches within the limit that hold `count` samples; the last is padded. */
static int micro_batch(int count, int limit)
{
    int calls = (count + limit - 1) / limit;
    return count > 0 ? (count + calls - 1) / calls : 0;
}

const struct stage *memory_plan_leading_stage(const struct network *network)
{
    return network->tape.samples > 0 ? &network->tape : &network->embedders[0].stage;
}

/* Makes the kernels of a stage whose segments are planned. */
static int stage_create(struct network *network, struct engine *engine, struct stage *stage, struct error *error)
{
    const struct graph *graph = &network->graph;
    const struct stage *leading = memory_plan_leading_stage(network), *twin = stage == leading ? NULL : leading;
    for (int l = 0; l < graph->layer_count; l++) {
        const struct layer *layer = &graph->layer[l];
        struct kernel_request request = {.samples = segments_samples(&stage->segments, l),
                                         .layer = layer,
                                         .input = graph->tensor[layer->input],
                                         .output = graph->tensor[layer->output],
                                         .training = stage == &network->tape && l >= network->first_trained,
                                         .tape = network->tape.samples > 0 && l >= network->first_trained,
                                         .input_gradient = network_has_gradient(network, layer->input),
                                         .twin = twin ? twin->kernel[l] : NULL};
        if (kernel_create(&stage->kernel[l], engine, &request, error) != 0) return -1;
    }
    return boundary_create(&stage->boundary, engine, stage->samples, memory_plan_last_tensor(network), error);
}

static void release_stage(struct stage *stage)
{
    for (int l = 0; l < GRAPH_LAYERS_MAX; l++) kernel_free(stage->kernel[l]);
    boundary_free(stage->boundary);
}

void memory_plan_release(struct network *network)
{
    for (int e = 0; e < network->embedder_count; e++) {
        release_stage(&network->embedders[e].stage);
        engine_free(network->embedders[e].engine);
    }
    free(network->embedders);
    release_stage(&network->tape);
    engine_free(network->engine);
}

static void carve_parameters(struct network *network)
{
    for (int p = 0; p < network->parameters.count; p++) {
        struct parameter *parameter = &network->parameters.parameter[p];
        parameter->value = arena_take(&network->arena[PART_WEIGHTS], parameter->count, sizeof(float));
        if (network->tape.samples > 0 && parameter->trained)
            parameter->gradient = arena_take(&network->arena[PART_GRADIENTS], parameter->count, sizeof(float));
    }
}

/* A convolution's weights in oneDNN's arrangements; their gradient in its own, if that differs from the parameter's.
 */
static void carve_convolution(struct network *network, int l)
{
    struct arena *weights = &network->arena[PART_WEIGHTS], *gradients = &network->arena[PART_GRADIENTS];
    struct layer_state *state = &network->layer[l];
    const struct parameter *parameter = &network->parameters.parameter[state->parameters.weight];
    const struct stage *stage = memory_plan_leading_stage(network);
    struct kernel_bytes bytes = kernel_bytes(stage->kernel[l]);
    size_t channels = (size_t)parameter->shape[0];
    state->weights.forward = arena_take(weights, bytes.weights, 1);
    state->weights.bias = arena_take(weights, channels, sizeof(float));
    state->weights.backward =
        bytes.backward_weights ? arena_take(weights, bytes.backward_weights, 1) : state->weights.forward;
    if (stage != &network->tape || l < network->first_trained) return;
    state->gradient = bytes.gradient ? arena_take(gradients, bytes.gradient, 1) : parameter->gradient;
    state->gradient_count = bytes.gradient ? bytes.gradient / sizeof(float) : parameter->count;
    state->bias_gradient = arena_take(gradients, channels, sizeof(float));
    state->bias_gradient_count = channels;
}

/* A batch norm uses the parameters directly. */
static void bind_batch_norm(struct network *network, int l)
{
    struct layer_state *state = &network->layer[l];
    struct parameter *parameter = network->parameters.parameter;
    struct parameter *scale = &parameter[state->parameters.scale], *shift = &parameter[state->parameters.shift];
    state->weights = (struct kernel_weights){.scale = scale->value,
                                             .bias = shift->value,
                                             .mean = parameter[state->parameters.mean].value,
                                             .variance = parameter[state->parameters.variance].value};
    state->gradient = scale->gradient;
    state->bias_gradient = shift->gradient;
    state->gradient_count = state->bias_gradient_count = scale->count;
}

static void carve_layers(struct network *network)
{
    for (int l = 0; l < network->graph.layer_count; l++) {
        if (network->graph.layer[l].kind == LAYER_CONVOLUTION) carve_convolution(network, l);
        if (network->graph.layer[l].kind == LAYER_BATCH_NORM) bind_batch_norm(network, l);
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

static size_t scratch_bytes(const struct network *network, const struct stage *stage)
{
    size_t scratch = number_larger_size(64, boundary_scratch_bytes(stage->boundary));
    for (int l = 0; l < network->graph.layer_count; l++)
        scratch = number_larger_size(scratch, kernel_bytes(stage->kernel[l]).scratch);
    return scratch;
}

static size_t feature_bytes(const struct network *network, const struct stage *stage)
{
    return (size_t)stage->samples * (size_t)network->head.channels * (size_t)network->head.area * sizeof(float);
}

/* One array that the tape uses, or all embedders with `each` bytes: they never run at the same time. */
static char *take_shared(struct network *network, enum part part, size_t tape, size_t each)
{
    size_t all = (size_t)network->embedder_count * each;
    return arena_take(&network->arena[part], number_larger_size(tape, all), 1);
}

/* What a pass needs: for each kind of array, the largest layer's share. */
static void carve_workspaces(struct network *network)
{
    const struct stage *tape = &network->tape, *embed = &network->embedders[0].stage;
    int training = tape->samples > 0;
    size_t transient = arena_round(embed->transient_bytes), features = arena_round(feature_bytes(network, embed));
    size_t scratch = arena_round(scratch_bytes(network, embed));
    network->workspace = (struct workspace){
        .transient = take_shared(network, PART_TRANSIENT,
                                 number_larger_size(tape->transient_bytes, network->gradients.bytes), transient),
        .scratch = take_shared(network, PART_WORKSPACE, training ? scratch_bytes(network, tape) : 0, scratch),
        .features = (float *)take_shared(network, PART_WORKSPACE, feature_bytes(network, tape), features),
    };
    for (int e = 0; e < network->embedder_count; e++) {
        struct embedder *embedder = &network->embedders[e];
        embedder->workspace = (struct workspace){
            .transient = network->workspace.transient + (size_t)e * transient,
            .scratch = (char *)network->workspace.scratch + (size_t)e * scratch,
            .features = network->workspace.features + (size_t)e * features / sizeof(float),
        };
        embedder->head = carve_head_tape(network, &network->arena[PART_WORKSPACE], embed->samples);
    }
}

/* What the backward pass needs besides the gradients of activations. */
static void carve_backward(struct network *network)
{
    struct arena *arena = &network->arena[PART_WORKSPACE];
    size_t gradient = 0, channels = 0, samples = (size_t)network->tape.samples;
    for (int l = 0; l < network->graph.layer_count; l++) {
        if (kernel_accumulates(network->tape.kernel[l])) continue;
        gradient = number_larger_size(gradient, network->layer[l].gradient_count);
        channels = number_larger_size(channels, network->layer[l].bias_gradient_count);
    }
    network->step_gradient = arena_take(arena, gradient, sizeof(float));
    network->step_bias = arena_take(arena, channels, sizeof(float));
    network->feature_gradients = arena_take(arena, feature_bytes(network, &network->tape), 1);
    network->pooled_gradients = arena_take(arena, samples * (size_t)network->head.channels, sizeof(float));
    network->row_gradients = arena_take(arena, samples * (size_t)network->head.dim, sizeof(float));
}

static void carve_folded(struct network *network)
{
    size_t weight = 0;
    for (int p = 0; p < network->parameters.count; p++)
        weight = number_larger_size(weight, network->parameters.parameter[p].count);
    network->folded = arena_take(&network->arena[PART_WORKSPACE], weight, sizeof(float));
}

void memory_plan_carve(struct network *network)
{
    carve_parameters(network);
    carve_layers(network);
    struct arena *tape = &network->arena[PART_TAPE];
    network->slots = arena_take(tape, (size_t)network->slot_count, network->tape.slot_bytes);
    for (int s = 0; s < network->slot_count; s++)
        network->slot_heads[s] = carve_head_tape(network, tape, network->tape.samples);
    carve_workspaces(network);
    carve_folded(network);
    if (network->tape.samples > 0) carve_backward(network);
}

static void set_head(struct network *network)
{
    struct tensor last = memory_plan_last_tensor(network);
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

/* `trainable_from` names the first trained layer, or the head, which comes after all layers. */
static int find_first_trained(struct network *network, struct error *error)
{
    const char *name = network->request.options.trainable_from;
    const struct graph *graph = &network->graph;
    const char *names[GRAPH_LAYERS_MAX + 1];
    if (!name[0]) return 0;
    network->first_trained = strcmp(name, "head") == 0 ? graph->layer_count : graph_find_layer(graph, name);
    if (network->first_trained >= 0) return 0;
    for (int l = 0; l < graph->layer_count; l++) names[l] = graph->layer[l].name;
    names[graph->layer_count] = "head";
    const char *nearest = option_nearest(name, names, graph->layer_count + 1);
    return error_set(error, "trainable_from: model %s has no layer %s; %s %s", network->request.model->plugin.name,
                     name, nearest ? "did you mean" : "its first is", nearest ? nearest : graph->layer[0].name);
}

int memory_plan_graph(struct network *network, const struct network_request *request, struct error *error)
{
    network->request = *request;
    if (request->image_size < request->model->smallest_image)
        return error_set(error, "image_size %d is too small for model %s: give at least %d", request->image_size,
                         request->model->plugin.name, request->model->smallest_image);
    graph_init(&network->graph, request->image_size, request->options.batch_norm == BATCH_NORM_BATCH);
    request->model->build(request->model_options, &network->graph);
    if (find_first_trained(network, error) != 0) return -1;
    for (int l = 0; l < network->graph.layer_count; l++)
        network->layer[l].parameters = parameter_list_add_layer(&network->parameters, &network->graph,
                                                                &network->graph.layer[l], l >= network->first_trained);
    set_head(network);
    return 0;
}

/* Statistics over a batch need the whole batch in one call. */
static int micro_batch_limit(const struct network *network, int count)
{
    return network->graph.batch_statistics ? number_larger(count, 1) : network->request.micro_batch;
}

static int plan_tape(struct network *network, struct error *error)
{
    int count = network->request.tape_count, samples = micro_batch(count, micro_batch_limit(network, count));
    if (samples == 0) return 0;
    network->tape.samples = samples;
    segments_plan_whole(&network->tape.segments, &network->graph, samples);
    if (stage_create(network, network->engine, &network->tape, error) != 0) return -1;
    memory_places_of_tape(network);
    memory_places_of_gradients(network);
    network->slot_count = (count + samples - 1) / samples;
    network->slot_heads = calloc((size_t)network->slot_count, sizeof *network->slot_heads);
    return network->slot_heads ? 0 : error_set(error, "out of memory");
}

/* How each embedder groups samples, and where its tensors lie; the same for all. */
static void plan_embedding(const struct network *network, int samples, struct stage *stage)
{
    if (network->graph.batch_statistics)
        segments_plan_whole(&stage->segments, &network->graph, samples);
    else
        segments_plan(&stage->segments, &network->graph, samples);
    stage->samples = segments_samples(&stage->segments, network->graph.layer_count - 1);
    memory_places_of_embedding(network, stage);
}

static int plan_embedders(struct network *network, const struct engine_request *engine, struct error *error)
{
    int count = number_larger(network->request.embed_count, 1), threads = parallel_threads(), status = 0;
    int embedders = network->graph.batch_statistics ? 1 : number_smaller(threads, count);
    int samples = micro_batch((count + embedders - 1) / embedders, micro_batch_limit(network, count));
    struct stage planned = {0};
    network->embedders = calloc((size_t)embedders, sizeof *network->embedders);
    if (!network->embedders) return error_set(error, "out of memory");
    network->embedder_count = embedders;
    plan_embedding(network, samples, &planned);
    if (embedders > 1) parallel_set_threads(1); /* kernels are made for the current number of threads */
    for (int e = 0; e < embedders && status == 0; e++) {
        struct embedder *embedder = &network->embedders[e];
        embedder->stage = planned;
        status = engine_create(&embedder->engine, engine, error);
        if (status == 0) status = stage_create(network, embedder->engine, &embedder->stage, error);
    }
    parallel_set_threads(threads);
    return status;
}

/* Whether an embedder can fill a slot of the tape by itself: it takes as many samples, they do not see each other, and
 * its layers keep data for the backward pass sample by sample. */
static int plan_tapes_apart(const struct network *network)
{
    int apart = !network->graph.batch_statistics && network->embedders[0].stage.samples == network->tape.samples;
    for (int l = network->first_trained; l < network->graph.layer_count && apart; l++)
        apart = kernel_keeps_apart(network->tape.kernel[l]);
    return apart;
}

int memory_plan_make(struct network *network, const struct network_request *request, struct error *error)
{
    struct engine_request engine = {
        .bf16 = request->precision == PRECISION_AUTO ? -1 : request->precision == PRECISION_BF16};
    if (engine_create(&network->engine, &engine, error) != 0 || memory_plan_graph(network, request, error) != 0)
        return -1;
    if (plan_tape(network, error) != 0 || plan_embedders(network, &engine, error) != 0) return -1;
    network->tapes_apart = network->tape.samples > 0 && plan_tapes_apart(network);
    memory_plan_carve(network);
    return 0;
}
