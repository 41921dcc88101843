/* nearest.c - see nearest.h. */
#include "harness/retrieval/nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/isa.h"

enum { CHUNK = 32 }; /* similarities compared with the threshold at once, as many as a mask has bits */

/* Ascending keys are descending similarities, and ascending positions if those are equal. */
static uint64_t key_of(float similarity, int position)
{
    uint32_t bits;
    similarity += 0.0f; /* -0 becomes 0, which it equals */
    memcpy(&bits, &similarity, sizeof bits);
    /* A float's bits are ordered by magnitude: inverted here for positive numbers, unchanged for negative ones. */
    uint32_t descending = bits >> 31 ? bits : ~(bits | 0x80000000u);
    return (uint64_t)descending << 32 | (uint32_t)position;
}

static float key_similarity(uint64_t key)
{
    uint32_t descending = (uint32_t)(key >> 32), bits = descending >> 31 ? descending : ~descending & 0x7fffffffu;
    float similarity;
    memcpy(&similarity, &bits, sizeof similarity);
    return similarity;
}

static void swap(uint64_t *a, uint64_t *b)
{
    uint64_t value = *a;
    *a = *b;
    *b = value;
}

/* The median of keys [low, high]'s first, middle and last goes to its place in order, smaller keys before it. Returns
 * the place. Branches on random keys would be mispredicted half the time, so the loop has none. */
static int partition(uint64_t *keys, int low, int high)
{
    int middle = low + (high - low) / 2;
    if (keys[middle] < keys[low]) swap(&keys[middle], &keys[low]);
    if (keys[high] < keys[low]) swap(&keys[high], &keys[low]);
    if (keys[middle] < keys[high]) swap(&keys[middle], &keys[high]);
    uint64_t pivot = keys[high];
    int place = low;
    for (int i = low; i < high; i++) {
        uint64_t key = keys[i];
        keys[i] = keys[place];
        keys[place] = key;
        place += key < pivot;
    }
    swap(&keys[place], &keys[high]);
    return place;
}

/* Moves the `wanted` smallest of keys (count) to the front, the greatest of them last (Hoare 1961, "Find"). */
static void select_smallest(uint64_t *keys, int count, int wanted)
{
    int low = 0, high = count - 1, nth = wanted - 1;
    while (low < high) {
        int place = partition(keys, low, high);
        if (place == nth) return;
        if (place > nth)
            high = place - 1;
        else
            low = place + 1;
    }
}

static void prune(struct nearest *nearest)
{
    select_smallest(nearest->keys, nearest->count, nearest->wanted);
    nearest->count = nearest->wanted;
    /* Later positions lose against equal similarities, so from here on only greater ones count. */
    nearest->threshold = key_similarity(nearest->keys[nearest->wanted - 1]);
}

struct nearest nearest_begin(uint64_t *keys, int capacity, int wanted)
{
    return (struct nearest){.keys = keys, .capacity = capacity, .wanted = wanted, .threshold = -INFINITY};
}

/* Bit j says whether similarities[j] (CHUNK) is greater. */
static inline uint32_t exceeding(const float *similarities, float threshold)
{
    uint32_t mask = 0;
    for (int j = 0; j < CHUNK; j++) mask |= (uint32_t)(similarities[j] > threshold) << j;
    return mask;
}

static void add(struct nearest *nearest, float similarity, int position)
{
    if (!(similarity > nearest->threshold)) return;
    nearest->keys[nearest->count++] = key_of(similarity, position);
    if (nearest->count == nearest->capacity) prune(nearest);
}

/* Vectors of eight make the comparisons four times as fast, vectors of sixteen no faster than that. */
FOR_EACH_NARROW_ISA static void offer(struct nearest *nearest, const float *similarities, int count, int first)
{
    int j = 0;
    for (; j + CHUNK <= count; j += CHUNK)
        for (uint32_t left = exceeding(similarities + j, nearest->threshold); left; left &= left - 1) {
            int at = j + __builtin_ctz(left);
            add(nearest, similarities[at], first + at);
        }
    for (; j < count; j++) add(nearest, similarities[j], first + j);
}

void nearest_offer(struct nearest *nearest, const float *similarities, int count, int first)
{
    offer(nearest, similarities, count, first);
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int nearest_finish(struct nearest *nearest)
{
    if (nearest->count > nearest->wanted) prune(nearest);
    qsort(nearest->keys, (size_t)nearest->count, sizeof *nearest->keys, compare_keys);
    return nearest->count;
}

int nearest_position(const struct nearest *nearest, int rank)
{
    return (int)(uint32_t)nearest->keys[rank];
}

FOR_EACH_NARROW_ISA static int count_before(const float *similarities, int count, int earlier, float similarity)
{
    int before = 0;
    for (int j = 0; j < earlier; j++) before += similarities[j] >= similarity;
    for (int j = earlier; j < count; j++) before += similarities[j] > similarity;
    return before;
}

int nearest_count_before(const float *similarities, int count, int first, float similarity, int position)
{
    int earlier = position <= first ? 0 : position - first < count ? position - first : count;
    return count_before(similarities, count, earlier, similarity);
}
