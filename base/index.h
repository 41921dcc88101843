/* index.h - a table from texts to numbers: which row has this name, which group this key. */
#ifndef PARTGRAD_BASE_INDEX_H
#define PARTGRAD_BASE_INDEX_H

#include <stddef.h>

/* Empty when zeroed. */
struct index {
    size_t count, slot_count;
    struct index_slot *slots; /* (slot_count), a power of two; owned, as are the keys */
};

/* The key's value if it has one; else adds the key with `value` (>= 0) and returns that. -1 if memory runs out. The key
 * is copied. */
int index_add(struct index *, const char *key, int value);
/* The key's value; -1 if it has none. */
int index_find(const struct index *, const char *key);
void index_release(struct index *);

#endif
