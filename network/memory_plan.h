/* memory_plan.h - what a network needs, planned before anything runs: its graph, its kernels, and the place of every
 * array. */
#ifndef PARTGRAD_NETWORK_MEMORY_PLAN_H
#define PARTGRAD_NETWORK_MEMORY_PLAN_H

#include "network/network_parts.h"

/* The graph and the parameters' shapes alone. */
int memory_plan_graph(struct network *, const struct network_request *, struct error *);

/* Everything up to the sizes: graph, kernels, placements, and one carve over arenas that measure. */
int memory_plan_make(struct network *, const struct network_request *, struct error *);

/* Gives all arrays their place. Runs twice: over measuring arenas, then over real ones. */
void memory_plan_carve(struct network *);

/* Frees kernels and engines; safe on a zeroed network. */
void memory_plan_release(struct network *);
/* The stage whose arrangement of weights all share. */
const struct stage *memory_plan_leading_stage(const struct network *);

/* The feature map that is pooled. */
struct tensor memory_plan_last_tensor(const struct network *);

#endif
