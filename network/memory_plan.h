/* memory_plan.h - plans a network before anything runs: its graph, its kernels, and the place of every array. */
#ifndef PARTGRAD_NETWORK_MEMORY_PLAN_H
#define PARTGRAD_NETWORK_MEMORY_PLAN_H

#include "network/network_parts.h"

/* Only the graph and the parameters' shapes. */
int memory_plan_graph(struct network *, const struct network_request *, struct error *);

/* Everything except memory itself: graph, kernels, placements, and one carve over measuring arenas for the sizes. */
int memory_plan_make(struct network *, const struct network_request *, struct error *);

/* Places all arrays. Runs twice: over measuring arenas, then over real ones. */
void memory_plan_carve(struct network *);

/* Frees kernels and engines; safe on a zeroed network. */
void memory_plan_release(struct network *);
/* The stage that decides how weights are arranged; all others share them. */
const struct stage *memory_plan_leading_stage(const struct network *);

/* The feature map that is pooled. */
struct tensor memory_plan_last_tensor(const struct network *);

#endif
