/* memory_places.c - see memory_places.h. */
#include "network/memory_places.h"

#include "base/arena.h"
#include "base/number.h"
#include "network/placement.h"

/* Makes two tensors share one item that lives as long as both. */
static int join(struct placement *items, const int *item, int into, int from)
{
    items[item[into]].first = number_smaller(items[item[into]].first, items[item[from]].first);
    items[item[into]].last = number_larger(items[item[into]].last, items[item[from]].last);
    items[item[from]].bytes = 0;
    return item[into];
}

/* Whether a tensor collects samples: if a segment takes more samples than the one before, that one runs several times
 * to fill it. */
static int is_gathered(const struct graph *graph, const struct stage *stage, int tensor)
{
    int producer = graph_producer(graph, tensor), reader = graph_last_reader(graph, tensor);
    return producer >= 0 && reader >= 0 &&
           segments_samples(&stage->segments, producer) != segments_samples(&stage->segments, reader);
}

/* From producer to last reader; a gathered tensor lives from the start. It holds as many samples as its reader
 * takes. */
static struct placement lifetime(const struct network *network, struct stage *stage, int tensor)
{
    const struct graph *graph = &network->graph;
    int reader = graph_last_reader(graph, tensor);
    int samples = reader < 0 ? stage->samples : segments_samples(&stage->segments, reader);
    stage->held[tensor] = samples;
    return (struct placement){
        .first = is_gathered(graph, stage, tensor) ? -1 : graph_producer(graph, tensor),
        .last = reader < 0 ? graph->layer_count : reader,
        .bytes = engine_activation_bytes(network->engine, samples, graph->tensor[tensor]),
    };
}

/* Without a tape, tensors share memory over time; a convolution's sum overwrites its residual if it can. */
void memory_places_of_embedding(const struct network *network, struct stage *stage)
{
    const struct graph *graph = &network->graph;
    struct placement items[GRAPH_LAYERS_MAX + 1];
    int item[GRAPH_LAYERS_MAX + 1];
    for (int t = 0; t < graph->tensor_count; t++) {
        item[t] = t;
        items[t] = lifetime(network, stage, t);
    }
    for (int l = 0; l < graph->layer_count; l++) {
        const struct layer *layer = &graph->layer[l];
        if (layer->kind == LAYER_CONVOLUTION && graph_reuses_residual(graph, l) &&
            !is_gathered(graph, stage, layer->output))
            item[layer->output] = join(items, item, layer->residual, layer->output);
    }
    stage->transient_bytes = placement_assign(items, graph->tensor_count);
    for (int t = 0; t < graph->tensor_count; t++) stage->tensor[t] = items[item[t]].offset;
}

/* The backward pass reads the inputs and outputs of trained layers, and the head reads the last tensor. */
static int needs_tape(const struct network *network, int tensor)
{
    const struct graph *graph = &network->graph;
    return graph_last_reader(graph, tensor) >= network->first_trained || network_has_gradient(network, tensor) ||
           tensor == graph->tensor_count - 1;
}

/* On the tape every tensor has its own place; tensors of the frozen layers before it share memory. */
void memory_places_of_tape(struct network *network)
{
    const struct graph *graph = &network->graph;
    struct stage *stage = &network->tape;
    struct arena slot = arena_measure();
    struct placement items[GRAPH_LAYERS_MAX + 1];
    for (int t = 0; t < graph->tensor_count; t++) {
        items[t] = lifetime(network, stage, t);
        stage->on_tape[t] = (char)needs_tape(network, t);
        if (!stage->on_tape[t]) continue;
        stage->tensor[t] = slot.used;
        arena_take(&slot, items[t].bytes, 1);
        items[t].bytes = 0;
    }
    stage->transient_bytes = placement_assign(items, graph->tensor_count);
    for (int t = 0; t < graph->tensor_count; t++)
        if (!stage->on_tape[t]) stage->tensor[t] = items[t].offset;
    for (int l = 0; l < graph->layer_count; l++) {
        stage->auxiliary[l] = slot.used;
        arena_take(&slot, kernel_bytes(stage->kernel[l]).auxiliary, 1);
    }
    stage->slot_bytes = slot.used;
}

/* The step at which the backward pass reaches layer l; the head is step 0. */
static int backward_step(const struct graph *graph, int layer)
{
    return graph->layer_count - layer;
}

/* A gradient lives from its tensor's last reader back to its producer. A residual's first contribution is the sum's own
 * gradient, unchanged, so it takes over that buffer. */
void memory_places_of_gradients(struct network *network)
{
    const struct graph *graph = &network->graph;
    struct placement items[2 * GRAPH_LAYERS_MAX + 1];
    int item[GRAPH_LAYERS_MAX + 1], tensors = graph->tensor_count;
    for (int t = 0; t < tensors; t++) {
        int reader = graph_last_reader(graph, t);
        item[t] = t;
        items[t] = (struct placement){.first = reader < 0 ? 0 : backward_step(graph, reader),
                                      .last = backward_step(graph, graph_producer(graph, t))};
        if (network_has_gradient(network, t))
            items[t].bytes = engine_activation_bytes(network->engine, network->tape.samples, graph->tensor[t]);
    }
    for (int l = graph->layer_count - 1; l >= 0; l--) {
        const struct layer *layer = &graph->layer[l];
        if (graph_reuses_residual(graph, l) && network_has_gradient(network, layer->residual))
            item[layer->residual] = join(items, item, layer->output, layer->residual);
        int spare = network_has_gradient(network, layer->input) && graph_last_reader(graph, layer->input) != l &&
                    !kernel_completes(network->tape.kernel[l]);
        items[tensors + l] = (struct placement){.first = backward_step(graph, l), .last = backward_step(graph, l)};
        if (spare)
            items[tensors + l].bytes =
                engine_activation_bytes(network->engine, network->tape.samples, graph->tensor[layer->input]);
    }
    network->gradients.bytes = placement_assign(items, tensors + graph->layer_count);
    for (int t = 0; t < tensors; t++) network->gradients.tensor[t] = items[item[t]].offset;
    for (int l = 0; l < graph->layer_count; l++) network->gradients.spare[l] = items[tensors + l].offset;
}
