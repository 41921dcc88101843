/* answer_topics.h - the topics of an answer, a file each. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_TOPICS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_TOPICS_H

#include "harness/reports/answer/answer_parts.h"

/* Each appends its parts; -1 if memory is out. */
int answer_add_data(struct answering *);
int answer_add_costs(struct answering *);
int answer_add_wholes(struct answering *); /* whole batches of other sizes: what a portion has to beat */
int answer_add_savings(struct answering *);
int answer_add_strategies(struct answering *);
int answer_add_budgets(struct answering *);

#endif
