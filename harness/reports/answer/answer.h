/* answer.h - what the runs show, in sentences and as data: what a portion costs and saves, which strategies differ from
 * `random`, which setting is best for a budget. The report's section "Answer" and answer.json are both written from it.
 * Its numbers come from the same comparisons as those of `compare`. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_H

#include "harness/reports/answer/answer_parts.h"

/* Makes the answer from the source, which must outlive it. A question that the runs cannot answer gets a sentence that
 * says why. Fails if memory runs out or a packs.csv cannot be read; there is then nothing to release. */
int answer_make(struct answer *, const struct answer_source *, struct error *);
void answer_release(struct answer *); /* safe on a zeroed answer */

#endif
