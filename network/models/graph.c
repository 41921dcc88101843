/* graph.c - see graph.h. */
#include "network/models/graph.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void graph_init(struct graph *graph, int image_size, int batch_statistics)
{
    memset(graph, 0, sizeof *graph);
    graph->batch_statistics = batch_statistics;
    graph->tensor_count = 1;
    graph->tensor[0] = (struct tensor){.channels = 3, .size = image_size};
}

/* Padding around a window, and the size that comes out. SAME: output ceil(size / stride), the odd pixel at the end. */
static int pad(struct layer *layer, int size, enum padding padding)
{
    int all = layer->window - 1;
    if (padding == PADDING_SAME) {
        int out = (size + layer->stride - 1) / layer->stride;
        all = (out - 1) * layer->stride + layer->window - size;
        if (all < 0) all = 0;
    } else {
        all = all / 2 * 2;
    }
    layer->pad_before = all / 2;
    layer->pad_after = all - all / 2;
    return (size + all - layer->window) / layer->stride + 1;
}

static int append(struct graph *graph, struct layer layer, struct tensor output)
{
    assert(graph->layer_count < GRAPH_LAYERS_MAX && output.size > 0);
    layer.output = graph->tensor_count;
    output.activation = layer.activation;
    graph->layer[graph->layer_count++] = layer;
    graph->tensor[graph->tensor_count++] = output;
    return layer.output;
}

static void set_names(struct layer *layer, const struct convolution *given)
{
    snprintf(layer->name, sizeof layer->name, "%s", given->name);
    snprintf(layer->norm, sizeof layer->norm, "%s", given->norm ? given->norm : "");
    snprintf(layer->alias, sizeof layer->alias, "%s", given->alias ? given->alias : "");
    snprintf(layer->norm_alias, sizeof layer->norm_alias, "%s", given->norm_alias ? given->norm_alias : "");
}

/* The batch norm takes over the residual and the activation from the convolution before it. */
static int append_batch_norm(struct graph *graph, struct layer *convolution, struct tensor output)
{
    struct layer norm = *convolution;
    norm.kind = LAYER_BATCH_NORM;
    norm.window = norm.stride = norm.groups = 1;
    norm.pad_before = norm.pad_after = 0;
    snprintf(norm.name, sizeof norm.name, "%s", convolution->norm);
    convolution->norm[0] = convolution->norm_alias[0] = '\0';
    convolution->residual = -1;
    convolution->activation = ACTIVATION_NONE;
    norm.input = append(graph, *convolution, output);
    return append(graph, norm, output);
}

int graph_convolution(struct graph *graph, const struct convolution *given)
{
    struct layer layer = {
        .kind = LAYER_CONVOLUTION,
        .bias = !given->norm,
        .input = given->input,
        .residual = given->add ? given->residual : -1,
        .window = given->window,
        .stride = given->stride ? given->stride : 1,
        .groups = given->groups ? given->groups : 1,
        .activation = given->activation,
    };
    set_names(&layer, given);
    struct tensor output = {.channels = given->channels};
    output.size = pad(&layer, graph->tensor[given->input].size, given->padding);
    return given->norm && graph->batch_statistics ? append_batch_norm(graph, &layer, output)
                                                  : append(graph, layer, output);
}

int graph_max_pool(struct graph *graph, int input, int window, int stride, enum padding padding)
{
    struct layer layer = {.kind = LAYER_MAX_POOL, .input = input, .residual = -1, .window = window, .stride = stride};
    struct tensor from = graph->tensor[input];
    return append(graph, layer, (struct tensor){.channels = from.channels, .size = pad(&layer, from.size, padding)});
}

int graph_norm(struct graph *graph, int input)
{
    /* oneDNN pads channels to blocks of 16; only without padding is a sample's tensor one dense vector. */
    assert(graph->tensor[input].channels % 16 == 0);
    struct layer layer = {.kind = LAYER_NORM, .input = input, .residual = -1, .window = 1, .stride = 1};
    return append(graph, layer, graph->tensor[input]);
}

int graph_find_layer(const struct graph *graph, const char *name)
{
    size_t length = strlen(name);
    for (int l = 0; l < graph->layer_count; l++)
        if (strncmp(graph->layer[l].name, name, length) == 0 && strchr(".", graph->layer[l].name[length])) return l;
    return -1;
}

static int reads(const struct layer *layer, int tensor)
{
    return layer->input == tensor || layer->residual == tensor;
}

int graph_last_reader(const struct graph *graph, int tensor)
{
    for (int l = graph->layer_count - 1; l >= 0; l--)
        if (reads(&graph->layer[l], tensor)) return l;
    return -1;
}

int graph_first_reader(const struct graph *graph, int tensor)
{
    for (int l = 0; l < graph->layer_count; l++)
        if (reads(&graph->layer[l], tensor)) return l;
    return -1;
}

int graph_reuses_residual(const struct graph *graph, int l)
{
    const struct layer *layer = &graph->layer[l];
    return layer->residual >= 0 && layer->residual != layer->input && graph_last_reader(graph, layer->residual) == l;
}

int graph_producer(const struct graph *graph, int tensor)
{
    (void)graph;
    return tensor - 1; /* every layer makes one tensor, in order */
}

double graph_layer_multiply_adds(const struct graph *graph, int l)
{
    const struct layer *layer = &graph->layer[l];
    struct tensor in = graph->tensor[layer->input], out = graph->tensor[layer->output];
    if (layer->kind != LAYER_CONVOLUTION) return 0;
    return (double)out.size * out.size * out.channels * in.channels / layer->groups * layer->window * layer->window;
}

double graph_multiply_adds(const struct graph *graph)
{
    double sum = 0;
    for (int l = 0; l < graph->layer_count; l++) sum += graph_layer_multiply_adds(graph, l);
    return sum;
}
