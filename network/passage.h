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

/* Of a slot of the tape, by all threads in step. */
struct passage passage_of_slot(const struct network *, int slot);
/* Has the micro-batch kept in a slot of the tape, whoever computes it. */
void passage_keep_in_slot(struct passage *, int slot);

/* Where a tensor's values for a sample of the micro-batch lie. */
char *passage_tensor(const struct passage *, int tensor, int sample);
/* Where what layer l keeps of a sample for the backward pass lies; NULL: nothing is kept. */
char *passage_auxiliary(const struct passage *, int l, int sample);

/* The feature map to f32, in the workspace; returns a head for this many samples. */
struct head passage_unload_features(const struct passage *);

#endif
