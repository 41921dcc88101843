/* verdict.h - the verdict on a row of a comparison. "Better" and "worse" need an adjusted p below 0.05. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_VERDICT_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_VERDICT_H

#include "harness/reports/comparison/comparison.h"

enum verdict {
    VERDICT_EXPLORATORY, /* in no family, so nothing is shown */
    VERDICT_PLANNED,     /* a planned figure, known without measuring */
    VERDICT_NOT_SHOWN,   /* adjusted p of 0.05 or more, or none */
    VERDICT_BETTER,
    VERDICT_WORSE,
    VERDICT_HIGHER, /* for metrics of which neither direction is better */
    VERDICT_LOWER,
};
extern const char *const verdict_words[]; /* (VERDICT_LOWER + 1) "exploratory", "by plan", ... */

/* The verdict on a row of the comparison. */
enum verdict verdict_of(const struct comparison *, const struct comparison_row *);
/* Whether the finding holds for other classes too: it is shown, and their interval lies on the same side of 0. */
int verdict_holds_for_classes(const struct comparison *, const struct comparison_row *);

/* The number of seeds with the row's spread that would show a difference (or ratio) of `wanted` with a power of 80 %,
 * corrected for the family's size; -1: too many, 0: not known. */
int verdict_seeds_needed(const struct comparison *, const struct comparison_row *, double wanted);

#endif
