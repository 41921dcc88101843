/* answer_topics.h - the topics of an answer. Each has its own file; answer_cost.c has three. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_TOPICS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_TOPICS_H

#include "harness/reports/answer/answer_parts.h"

/* Each appends its parts to the answer. Returns -1 if memory runs out. */
int answer_add_data(struct answering *);
int answer_add_costs(struct answering *);
int answer_add_wholes(struct answering *); /* whole batches of other sizes, the alternative to a portion */
int answer_add_savings(struct answering *);
int answer_add_strategies(struct answering *);
int answer_add_budgets(struct answering *);

#endif
