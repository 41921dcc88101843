/* verdict.h - what can be said about a row of a comparison: "better" and "worse" need an adjusted p below 0.05. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_VERDICT_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_VERDICT_H

#include "harness/reports/comparison/comparison.h"

enum verdict {
    VERDICT_EXPLORATORY, /* in no family: nothing is shown */
    VERDICT_PLANNED,     /* a fact, not a finding */
    VERDICT_NOT_SHOWN,   /* adjusted p of 0.05 or more, or none */
    VERDICT_BETTER,
    VERDICT_WORSE,
    VERDICT_HIGHER, /* of a metric that is better neither high nor low */
    VERDICT_LOWER,
};
extern const char *const verdict_words[]; /* their words */
enum verdict verdict_of(const struct comparison *, const struct comparison_row *);
/* Whether it holds for other classes too: it is shown, and the interval for other classes lies on the same side of
 * 0. */
int verdict_holds_for_classes(const struct comparison *, const struct comparison_row *);

/* How many seeds of the row's spread would show a difference (or a ratio) of `wanted` with a power of 80 % at the
 * family's level; -1: too many, 0: not known. */
int verdict_seeds_needed(const struct comparison *, const struct comparison_row *, double wanted);

#endif
