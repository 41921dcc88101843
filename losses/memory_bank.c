/* memory_bank.c - see memory_bank.h. */
#include "losses/memory_bank.h"

#include <string.h>

void memory_bank_take(struct memory_bank *bank, int capacity, int dim, struct arena *arena)
{
    *bank = (struct memory_bank){.capacity = capacity, .dim = dim};
    bank->labels = arena_take(arena, (size_t)capacity, sizeof(int));
    bank->embeddings = arena_take(arena, (size_t)capacity * (size_t)dim, sizeof(float));
}

void memory_bank_push(struct memory_bank *bank, const struct batch *batch)
{
    size_t dim = (size_t)bank->dim;
    if (bank->capacity == 0) return;
    for (int i = 0; i < batch->size; i++) {
        bank->labels[bank->next] = batch->labels[i];
        memcpy(bank->embeddings + (size_t)bank->next * dim, batch->embeddings + (size_t)i * dim, dim * sizeof(float));
        bank->next = (bank->next + 1) % bank->capacity;
        if (bank->count < bank->capacity) bank->count++;
    }
}
