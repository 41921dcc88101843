/* cutoffs.h - the K of recall@K and precision@K. */
#ifndef PARTGRAD_HARNESS_RETRIEVAL_CUTOFFS_H
#define PARTGRAD_HARNESS_RETRIEVAL_CUTOFFS_H

#include "base/error.h"

enum { CUTOFFS_MAX = 16, CUTOFF_MAX = 1 << 20 };

struct cutoffs {
    int count;          /* at least 1 */
    int k[CUTOFFS_MAX]; /* ascending, each once, from 1 to CUTOFF_MAX */
};
extern const struct cutoffs cutoffs_default; /* 1, 2, 4, 8, 16, 32 */

/* Puts k into its place, if it is not there. Fails where it is out of range or there is no room. */
int cutoffs_add(struct cutoffs *, int k, struct error *);

/* Reads "1,10,100", in any order, with blanks. */
int cutoffs_parse(struct cutoffs *, const char *text, struct error *);

/* The place of k; -1 where it is none of them. */
int cutoffs_find(const struct cutoffs *, int k);

#endif
