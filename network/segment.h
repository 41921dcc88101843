/* segment.h - how many samples pass through which layers together when nothing is kept for the backward pass.
 *
 * Early layers make large maps out of few weights, late ones small maps out of many. So the early ones take a sample or
 * two at a time, whose maps stay in a core's second-level cache from one layer to the next, and the late ones wait
 * until there are several samples to read their weights for. */
#ifndef PARTGRAD_NETWORK_SEGMENT_H
#define PARTGRAD_NETWORK_SEGMENT_H

#include "network/models/graph.h"

/* Layers [first, last), of which all before read nothing but what layer first - 1 makes. */
struct segment {
    int first, last, samples;
};

struct segments {
    int count;
    struct segment segment[GRAPH_LAYERS_MAX];
};

/* For `samples` samples in the last segment; each segment's divide those of the next. */
void segments_plan(struct segments *, const struct graph *, int samples);

/* All layers at once. */
void segments_plan_whole(struct segments *, const struct graph *, int samples);

/* How many samples layer l takes. */
int segments_samples(const struct segments *, int l);

#endif
