/* answer.h - the questions that runs answer, in sentences and as data: what a portion costs and saves, which strategies
 * can be told from `random`, what is best for a budget. The section `answer` of a report and answer.json say the same
 * from it, and everything comes from the comparisons that `compare` makes. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_H

#include "harness/reports/answer/answer_parts.h"

/* The source must outlive the answer. Runs that lack something have an item that says so. Fails if memory runs out or a
 * packs.csv cannot be read. */
int answer_make(struct answer *, const struct answer_source *, struct error *);
void answer_release(struct answer *); /* safe on a zeroed answer */

#endif
