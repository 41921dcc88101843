/* memory_places.h - places tensors and their gradients in memory by how long each is needed. */
#ifndef PARTGRAD_NETWORK_MEMORY_PLACES_H
#define PARTGRAD_NETWORK_MEMORY_PLACES_H

#include "network/network_parts.h"

/* Set the offsets of a stage's tensors without a tape, of the tape's tensors, and of the gradients of activations. */
void memory_places_of_embedding(const struct network *, struct stage *);
void memory_places_of_tape(struct network *);
void memory_places_of_gradients(struct network *);

#endif
