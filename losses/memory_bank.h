/* memory_bank.h - the most recent embeddings of earlier batches. A batch is compared with them as if they belonged to
 * it, but they get no gradient: Wang, Zhang, Huang and Scott 2020, "Cross-Batch Memory for Embedding Learning". */
#ifndef PARTGRAD_LOSSES_MEMORY_BANK_H
#define PARTGRAD_LOSSES_MEMORY_BANK_H

#include "base/arena.h"
#include "base/batch.h"

struct memory_bank {
    int capacity, dim; /* N, d */
    int count;         /* entries in use, the first ones */
    int next;          /* where the next embedding goes: the oldest entry once all are in use */
    int *labels;       /* (N) */
    float *embeddings; /* (N, d) */
};

/* Carves an empty bank of `capacity` entries; the arena may be a measuring one. */
void memory_bank_take(struct memory_bank *, int capacity, int dim, struct arena *);

/* Enters a batch in its order; each sample replaces the oldest entry. Of a batch larger than the bank, the last N
 * stay. */
void memory_bank_push(struct memory_bank *, const struct batch *);

#endif
