/* cutoffs.c - see cutoffs.h. */
#include "harness/retrieval/cutoffs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const struct cutoffs cutoffs_default = {6, {1, 2, 4, 8, 16, 32}};

int cutoffs_find(const struct cutoffs *cutoffs, int k)
{
    for (int i = 0; i < cutoffs->count; i++)
        if (cutoffs->k[i] == k) return i;
    return -1;
}

int cutoffs_add(struct cutoffs *cutoffs, int k, struct error *error)
{
    if (k < 1 || k > CUTOFF_MAX) return error_set(error, "K of recall@K is from 1 to %d, not %d", CUTOFF_MAX, k);
    if (cutoffs_find(cutoffs, k) >= 0) return 0;
    if (cutoffs->count == CUTOFFS_MAX) return error_set(error, "more than %d values of K for recall@K", CUTOFFS_MAX);
    int at = cutoffs->count++;
    for (; at > 0 && cutoffs->k[at - 1] > k; at--) cutoffs->k[at] = cutoffs->k[at - 1];
    cutoffs->k[at] = k;
    return 0;
}

static const char *skip_blanks(const char *text)
{
    while (isspace((unsigned char)*text)) text++;
    return text;
}

int cutoffs_parse(struct cutoffs *cutoffs, const char *text, struct error *error)
{
    const char *at = skip_blanks(text);
    *cutoffs = (struct cutoffs){0};
    for (;;) {
        char *end;
        long k = strtol(at, &end, 10);
        const char *next = skip_blanks(end);
        if (end == at || (*next && *next != ','))
            return error_set(error, "'%s' is no list of numbers like 1,10,100", text);
        if (cutoffs_add(cutoffs, k > CUTOFF_MAX ? CUTOFF_MAX + 1 : k < 0 ? 0 : (int)k, error) != 0) return -1;
        if (!*next) return 0;
        at = next + 1;
    }
}
