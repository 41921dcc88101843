/* index.c - see index.h: open addressing, at most half full. */
#include "base/index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { FIRST_SLOTS = 64 };

struct index_slot {
    char *key; /* NULL: free */
    uint64_t hash;
    int value;
};

/* The slot that holds the key, or the free one where it belongs; slot_count > 0. */
static struct index_slot *find_slot(struct index_slot *slots, size_t slot_count, const char *key, uint64_t hash)
{
    size_t at = (size_t)hash & (slot_count - 1);
    while (slots[at].key && (slots[at].hash != hash || strcmp(slots[at].key, key) != 0))
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

static int grow(struct index *index)
{
    size_t slot_count = index->slot_count ? 2 * index->slot_count : FIRST_SLOTS;
    struct index_slot *slots = calloc(slot_count, sizeof *slots);
    if (!slots) return -1;
    for (size_t s = 0; s < index->slot_count; s++) {
        const struct index_slot *old = &index->slots[s];
        if (old->key) *find_slot(slots, slot_count, old->key, old->hash) = *old;
    }
    free(index->slots);
    index->slots = slots;
    index->slot_count = slot_count;
    return 0;
}

int index_add(struct index *index, const char *key, int value)
{
    uint64_t hash = file_checksum(key, strlen(key));
    if (2 * index->count >= index->slot_count && grow(index) != 0) return -1;
    struct index_slot *slot = find_slot(index->slots, index->slot_count, key, hash);
    if (slot->key) return slot->value;
    char *copy = strdup(key);
    if (!copy) return -1;
    *slot = (struct index_slot){copy, hash, value};
    index->count++;
    return value;
}

int index_find(const struct index *index, const char *key)
{
    if (index->slot_count == 0) return -1;
    const struct index_slot *slot = find_slot(index->slots, index->slot_count, key, file_checksum(key, strlen(key)));
    return slot->key ? slot->value : -1;
}

void index_release(struct index *index)
{
    for (size_t s = 0; s < index->slot_count; s++) free(index->slots[s].key);
    free(index->slots);
    *index = (struct index){0};
}
