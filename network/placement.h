/* placement.h - where arrays of known lifetimes lie in one buffer, so that those alive at different times share bytes.
 */
#ifndef PARTGRAD_NETWORK_PLACEMENT_H
#define PARTGRAD_NETWORK_PLACEMENT_H

#include <stddef.h>

enum { PLACEMENT_MAX = 1024 }; /* items at once */

struct placement {
    int first, last; /* the steps during which it is alive, inclusive */
    size_t bytes;    /* 0: takes no room */
    size_t offset;   /* out: where it lies, 64-byte aligned */
};

/* Gives every item an offset, the largest first, each at the lowest place that is free over its lifetime ("greedy by
 * size", Pisarchyk & Lee 2020). Returns the bytes of the buffer that holds them all. */
size_t placement_assign(struct placement *items, int count);

#endif
