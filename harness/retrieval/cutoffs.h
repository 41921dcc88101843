/* cutoffs.h - the K of recall@K and precision@K. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_CUTOFFS_H
#define PARTGRAD_HARNESS_RETRIEVAL_CUTOFFS_H

#include "base/option_list.h"

enum { CUTOFFS_FIXED = 4, CUTOFFS_MAX = OPTION_INTS_MAX + CUTOFFS_FIXED, CUTOFF_LARGEST = 1 << 20 };

struct cutoffs {
    int count;          /* at least 1 */
    int k[CUTOFFS_MAX]; /* ascending, each once, from 1 to CUTOFF_LARGEST */
};
extern const struct cutoffs cutoffs_default; /* 1, 2, 4, 8, 16, 32 */
extern const struct cutoffs cutoffs_fixed;   /* 1, 2, 4, 8 (CUTOFFS_FIXED): those of cells.csv */

/* Inserts those that are missing, in order. */
void cutoffs_add(struct cutoffs *, const struct option_ints *);

/* The position of k; -1 if it is not among them. */
int cutoffs_find(const struct cutoffs *, int k);

#endif
