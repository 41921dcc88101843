/* arena.h - one allocation, carved into arrays.
 *
 * An arena without memory only measures. The same carving code runs first on a measuring arena, to learn the size, then
 * on one with memory, to place the arrays. So a plan and the run that follows it cannot disagree. */
#ifndef PARTGRAD_BASE_ARENA_H
#define PARTGRAD_BASE_ARENA_H

#include <stddef.h>

#include "base/error.h"

enum { ARENA_ALIGNMENT = 64 }; /* a cache line, and the widest vector register */

/* The bytes that an array takes before another one can begin. */
static inline size_t arena_round(size_t bytes)
{
    return (bytes + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
}

struct arena {
    unsigned char *memory; /* (capacity) or NULL while measuring; owned */
    size_t capacity;       /* bytes behind `memory`; 0 while measuring */
    size_t used;           /* bytes carved now */
    size_t peak;           /* the largest `used` so far */
};

/* A measuring arena: arena_take returns NULL and counts. */
struct arena arena_measure(void);

/* Allocates `capacity` zeroed bytes. Fails if the system does not have that much memory. */
int arena_init(struct arena *, size_t capacity, struct error *);

/* Frees the memory; safe on a zeroed or measuring arena. */
void arena_release(struct arena *);

/* Carves `count` elements of `size` bytes, 64-byte aligned. Returns NULL while measuring. Carving more than was
 * measured, or a product that overflows, is a programming error and aborts. The array lives until the arena is released
 * or rewound. */
void *arena_take(struct arena *, size_t count, size_t size);

/* Forgets everything carved since `mark` (an earlier value of `used`). */
void arena_rewind(struct arena *, size_t mark);

#endif
