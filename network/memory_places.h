/* memory_places.h - where tensors and their gradients lie, from how long each of them is needed. */
#ifndef PARTGRAD_NETWORK_MEMORY_PLACES_H
#define PARTGRAD_NETWORK_MEMORY_PLACES_H

#include "network/network_parts.h"

/* Fill in the offsets of a stage's tensors if nothing is kept, of the tape's, and of the gradients on their way
 * back.
 */
void memory_places_of_embedding(const struct network *, struct stage *);
void memory_places_of_tape(struct network *);
void memory_places_of_gradients(struct network *);

#endif
