/* placement.c - see placement.h. */
#include "network/placement.h"

#include <assert.h>

enum { ALIGNMENT = 64 };

static int overlap_in_time(const struct placement *a, const struct placement *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest free offset for `item` among the placed `items`: each conflict moves it behind the conflicting item. */
static size_t lowest_offset(const struct placement *items, const char *placed, int count, const struct placement *item)
{
    size_t offset = 0;
    for (int moved = 1; moved;) {
        moved = 0;
        for (int i = 0; i < count; i++) {
            const struct placement *other = &items[i];
            if (!placed[i] || !overlap_in_time(other, item)) continue;
            if (offset < other->offset + other->bytes && other->offset < offset + item->bytes) {
                offset = (other->offset + other->bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
                moved = 1;
            }
        }
    }
    return offset;
}

size_t placement_assign(struct placement *items, int count)
{
    assert(count <= PLACEMENT_MAX);
    char placed[PLACEMENT_MAX] = {0};
    size_t total = 0;
    for (int round = 0; round < count; round++) {
        int next = -1;
        for (int i = 0; i < count; i++)
            if (!placed[i] && (next < 0 || items[i].bytes > items[next].bytes)) next = i;
        items[next].offset = items[next].bytes ? lowest_offset(items, placed, count, &items[next]) : 0;
        placed[next] = 1;
        size_t end = items[next].offset + items[next].bytes;
        if (end > total) total = end;
    }
    return total;
}
