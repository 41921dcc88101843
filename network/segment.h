/* segment.h - how many samples pass through which layers together if nothing is kept for the backward pass.
 *
 * Early layers make large maps from few weights; late layers make small maps from many. So early layers take a sample
 * or two at a time, whose maps stay in a core's second-level cache from one layer to the next. Late layers take several
 * samples at once, so that their weights are read once for all of them. */
#ifndef PARTGRAD_NETWORK_SEGMENT_H
#define PARTGRAD_NETWORK_SEGMENT_H

#include "network/models/graph.h"

/* Layers [first, last), which read no tensor from before except the output of layer first - 1. */
struct segment {
    int first, last, samples;
};

struct segments {
    int count;
    struct segment segment[GRAPH_LAYERS_MAX];
};

/* Plans for `samples` samples in the last segment; each segment's number divides the next one's. */
void segments_plan(struct segments *, const struct graph *, int samples);

/* One segment of all layers. */
void segments_plan_whole(struct segments *, const struct graph *, int samples);

/* How many samples layer l takes. */
int segments_samples(const struct segments *, int l);

#endif
