/* nearest.h - the k nearest neighbors of one query, from similarities that arrive piece by piece.
 *
 * Once k are known, a piece is compared with the k-th: one vector comparison drops almost everything. When the room for
 * candidates is full, quickselect cuts them back to k. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_NEAREST_H
#define PARTGRAD_HARNESS_RETRIEVAL_NEAREST_H

#include <stdint.h>

struct nearest {
    uint64_t
        *keys;    /* (capacity) candidates: similarity and position as one number, smallest for the nearest; borrowed */
    int capacity; /* more than `wanted`; twice that is fast */
    int wanted;   /* k */
    int count;    /* candidates now */
    float threshold; /* only greater similarities can still be among the k nearest */
};

/* Begins a search for the `wanted` >= 1 nearest; keys has room for capacity > wanted. */
struct nearest nearest_begin(uint64_t *keys, int capacity, int wanted);

/* Offers similarities (count) of positions first, first + 1, ... Positions must be offered in ascending order. NANs are
 * skipped. */
void nearest_offer(struct nearest *, const float *similarities, int count, int first);

/* Sorts the nearest: greatest similarity first, equal ones by position. Returns how many there are, at most `wanted`.
 */
int nearest_finish(struct nearest *);

/* Position of the rank-th nearest (from 0), after nearest_finish. */
int nearest_position(const struct nearest *, int rank);

/* How many of the similarities (count) of positions first, first + 1, ... are ranked before the similarity of another
 * position: the greater ones, and equal ones of smaller position. */
int nearest_count_before(const float *similarities, int count, int first, float similarity, int position);

#endif
