/* sentence.h - a row of a comparison as a sentence. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_SENTENCE_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_SENTENCE_H

#include "harness/reports/comparison/comparison.h"

/* The sentence, with interval, p and number of seeds; the caller frees. NULL if memory runs out.
 *
 * It says "better" or "worse" ("higher" or "lower") only if the adjusted p is below 0.05, and "for other classes" only
 * if their interval also excludes 0; otherwise it says "not shown". A row of no family begins with "Exploratory". */
char *sentence_make(const struct comparison *, const struct comparison_row *, const struct axes *);

#endif
