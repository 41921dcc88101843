/* segment.c - see segment.h. */
#include "network/segment.h"

#include <stddef.h>

enum { MAP_VALUES = 1 << 20 }; /* that a layer reads and writes; in bf16 they fill a second-level cache */

/* Whether layers from l on read only tensors made by them or by layer l - 1. */
static int is_cut(const struct graph *graph, int l)
{
    for (int later = l; later < graph->layer_count; later++) {
        const struct layer *layer = &graph->layer[later];
        int read[] = {layer->input, layer->residual};
        for (int i = 0; i < 2; i++)
            if (read[i] >= 0 && read[i] != graph->layer[l].input && graph_producer(graph, read[i]) < l) return 0;
    }
    return l == 0 || graph->layer[l].input == graph->layer[l - 1].output;
}

static int tensor_values(struct tensor tensor)
{
    return tensor.channels * tensor.size * tensor.size;
}

static int map_values(const struct graph *graph, int l)
{
    const struct layer *layer = &graph->layer[l];
    return tensor_values(graph->tensor[layer->input]) + tensor_values(graph->tensor[layer->output]);
}

static int largest_divisor(int whole, int limit)
{
    int divisor = whole;
    while (divisor > 1 && (divisor > limit || whole % divisor != 0)) divisor--;
    return divisor;
}

/* Adds layers [first, last) to the segments, which are built from the end of the network to its beginning. */
static void put_before(struct segments *segments, int first, int last, int samples)
{
    struct segment *next = segments->count > 0 ? &segments->segment[segments->count - 1] : NULL;
    if (next && next->samples == samples)
        next->first = first;
    else
        segments->segment[segments->count++] = (struct segment){first, last, samples};
}

static void reverse(struct segments *segments)
{
    for (int i = 0, j = segments->count - 1; i < j; i++, j--) {
        struct segment swapped = segments->segment[i];
        segments->segment[i] = segments->segment[j];
        segments->segment[j] = swapped;
    }
}

void segments_plan(struct segments *segments, const struct graph *graph, int samples)
{
    int largest = 0, last = graph->layer_count;
    segments->count = 0;
    for (int l = last - 1; l >= 0; l--) {
        int values = map_values(graph, l);
        if (values > largest) largest = values;
        if (!is_cut(graph, l)) continue;
        samples = largest_divisor(samples, MAP_VALUES / largest);
        put_before(segments, l, last, samples);
        last = l;
        largest = 0;
    }
    reverse(segments);
}

void segments_plan_whole(struct segments *segments, const struct graph *graph, int samples)
{
    *segments = (struct segments){.count = 1, .segment = {{0, graph->layer_count, samples}}};
}

int segments_samples(const struct segments *segments, int l)
{
    int s = 0;
    while (segments->segment[s].last <= l) s++;
    return segments->segment[s].samples;
}
