/* cutoffs.c - see cutoffs.h. */
#include "harness/retrieval/cutoffs.h"

#include <assert.h>

const struct cutoffs cutoffs_default = {6, {1, 2, 4, 8, 16, 32}};
const struct cutoffs cutoffs_fixed = {CUTOFFS_FIXED, {1, 2, 4, 8}};

int cutoffs_find(const struct cutoffs *cutoffs, int k)
{
    for (int i = 0; i < cutoffs->count; i++)
        if (cutoffs->k[i] == k) return i;
    return -1;
}

static void add(struct cutoffs *cutoffs, int k)
{
    if (cutoffs_find(cutoffs, k) >= 0) return;
    assert(k >= 1 && k <= CUTOFF_LARGEST && cutoffs->count < CUTOFFS_MAX);
    int at = cutoffs->count++;
    for (; at > 0 && cutoffs->k[at - 1] > k; at--) cutoffs->k[at] = cutoffs->k[at - 1];
    cutoffs->k[at] = k;
}

void cutoffs_add(struct cutoffs *cutoffs, const struct option_ints *list)
{
    for (int i = 0; i < list->count; i++) add(cutoffs, list->value[i]);
}
