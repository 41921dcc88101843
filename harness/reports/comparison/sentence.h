/* sentence.h - what a row of a comparison shows, as a sentence. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_SENTENCE_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_SENTENCE_H

#include "harness/reports/comparison/comparison.h"

/* The sentence, with its interval, p and number of seeds; the caller frees. NULL if memory is out.
 *
 * "better" and "worse" (or "higher" and "lower") stand only where the adjusted p is below 0.05, and what is said of
 * other classes needs both intervals; all else is "not shown". What is in no family begins with "Exploratory". */
char *sentence_make(const struct comparison *, const struct comparison_row *, const struct axes *);

#endif
