/* arena.c - see arena.h. */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct arena arena_measure(void)
{
    return (struct arena){0};
}

int arena_init(struct arena *arena, size_t capacity, struct error *error)
{
    *arena = (struct arena){0};
    if (capacity == 0) return 0;
    /* Anonymous mappings come zeroed and untouched pages cost nothing, unlike malloc + memset. */
    void *memory = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return error_errno(error, "cannot allocate %zu MiB of memory", capacity >> 20);
    madvise(memory, capacity, MADV_HUGEPAGE);
    arena->memory = memory;
    arena->capacity = capacity;
    return 0;
}

void arena_release(struct arena *arena)
{
    if (arena->memory) munmap(arena->memory, arena->capacity);
    *arena = (struct arena){0};
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) {
        fprintf(stderr, "arena_take: %zu x %zu bytes overflow\n", count, size);
        abort();
    }
    bytes = arena_round(bytes);
    size_t start = arena->used;
    arena->used += bytes;
    if (arena->used > arena->peak) arena->peak = arena->used;
    if (!arena->memory && arena->capacity == 0) return NULL;
    assert(arena->used <= arena->capacity && "carved more than was measured");
    return arena->memory + start;
}

void arena_rewind(struct arena *arena, size_t mark)
{
    assert(mark <= arena->used);
    arena->used = mark;
}
