/* network.c - see network.h: a network's life. forward.c and backward.c have its passes. */
#include "network/network.h"

#include <stdlib.h>
#include <string.h>

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
    {"weights_head", "the linear head: that of the weights file, or a new one from the seed", OPTION_CHOICE,
     offsetof(struct network_options, weights_head), "kept", .choices = weights_heads, .later = 1},
    {"embedding_size", "dimensions of the linear head; 0: the pooled features are the embedding", OPTION_INT,
     offsetof(struct network_options, embedding_size), "128", 0, 65536, .tag = "d", .label = "embedding size"},
    {"pooling", "how the last feature map is pooled: average, or GeM", OPTION_CHOICE,
     offsetof(struct network_options, pooling), "average", 0, 0, poolings},
    {"gem_power", "p of GeM pooling", OPTION_INT, offsetof(struct network_options, gem_power), "3", 1, 8, NULL},
    {"batch_norm", "frozen: fixed statistics; batch: statistics of the samples that run together", OPTION_CHOICE,
     offsetof(struct network_options, batch_norm), "frozen", 0, 0, batch_norms},
    {"trainable_from", "first layer that is trained, such as layer4 or head; empty: all are trained", OPTION_TEXT,
     offsetof(struct network_options, trainable_from), NULL, 0, 0, NULL},
    {"pixels", "how pixels of 0..255 are scaled: symmetric to -1..1, or by ImageNet's mean and deviation",
     OPTION_CHOICE, offsetof(struct network_options, pixels), "symmetric", 0, 0, pixels_names},
    {0},
};

/* Mean and deviation of pixels in 0..1, for each row of pixels_names. */
static const struct {
    float mean[3], deviation[3];
} pixel_scales[] = {
    [PIXELS_SYMMETRIC] = {{0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f}},
    [PIXELS_IMAGENET] = {{0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}},
};

/* Points the head to its weights, once they are placed. */
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
