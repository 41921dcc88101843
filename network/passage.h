/* passage.h - one micro-batch on its way through a network: its kernels, and where its arrays lie. Only forward.c and
 * backward.c include this. */
#ifndef PARTGRAD_NETWORK_PASSAGE_H
#define PARTGRAD_NETWORK_PASSAGE_H

#include "network/network.h"
#include "network/network_parts.h"

struct passage {
    const struct network *network;
    const struct stage *stage;
    const struct workspace *workspace;
    char *slot; /* of the tape, or NULL */
    const struct head_tape *head;
};

/* A passage over a slot of the tape, for kernels that use all threads. */
struct passage passage_of_slot(const struct network *, int slot);
/* Makes the passage keep its micro-batch in a slot of the tape. */
void passage_keep_in_slot(struct passage *, int slot);

/* Where a tensor's values for a sample of the micro-batch lie. */
char *passage_tensor(const struct passage *, int tensor, int sample);
/* Where layer l keeps its data of a sample for the backward pass; NULL: nothing is kept. */
char *passage_auxiliary(const struct passage *, int l, int sample);

/* Converts the feature map to f32, in the workspace; returns a head for this many samples. */
struct head passage_unload_features(const struct passage *);

#endif
