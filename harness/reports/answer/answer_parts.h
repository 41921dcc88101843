/* answer_parts.h - the parts of an answer, and how its topics (answer_topics.h) add them. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_PARTS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_PARTS_H

#include "harness/reports/answer/answer_budgets.h"
#include "harness/reports/answer/answer_rows.h"
#include "harness/reports/comparison/families.h"
#include "harness/tables/packs.h"

/* The questions, in the order in which they are answered. */
enum answer_topic {
    ANSWER_DATA,
    ANSWER_COST,
    ANSWER_WHOLE,
    ANSWER_SAVING,
    ANSWER_STRATEGIES,
    ANSWER_BUDGETS,
    ANSWER_TOPICS
};
extern const char *const answer_topics[ANSWER_TOPICS]; /* "data", "cost" ... */

/* What an answer is computed from. All members belong to the same results. */
struct answer_source {
    const struct groups *groups;
    const struct variation *variation;
    const struct classes *classes;
    const struct families *families;
    struct answer_budgets_wanted wanted;
};

enum { ANSWER_PART_ROWS = 2 };

/* One item: one or a few sentences, and the rows that support them. */
struct answer_part {
    enum answer_topic topic;
    int is_detail;                             /* 1: shown only when the reader opens the details */
    char *text;                                /* owned */
    struct answer_rows rows[ANSWER_PART_ROWS]; /* empty ones last; of the answer's comparisons or the families' */
};

void answer_part_release(struct answer_part *);

/* Empty when zeroed. */
struct answer {
    int part_count;
    struct answer_part *parts; /* (part_count), in the order of their topics; owned */
    int made_count;
    struct comparison **made; /* (made_count) undeclared comparisons, made for this answer; owned */
    struct answer_budgets budgets;
};

/* An answer while it is being made. */
struct answering {
    struct answer *answer;
    const struct answer_source *source;
    const struct results *results;
    struct packs *packs; /* (results->run_count) what each run trained on */
};

/* Appends a part. Takes ownership of the text (NULL: it could not be made, which fails) and of the rows (NULL: none),
 * also on failure. Returns -1 if memory runs out. */
int answer_add(struct answering *, enum answer_topic, int is_detail, char *text,
               struct answer_rows rows[ANSWER_PART_ROWS]);
/* Appends a part without rows, with a printf text. Returns -1 if memory runs out. */
__attribute__((format(printf, 3, 4))) int answer_add_text(struct answering *, enum answer_topic, const char *format,
                                                          ...);

/* Compares the levels of a factor with a reference in a metric. Returns the comparison that the runs declare, whatever
 * columns it keeps apart; without one, makes an exploratory comparison that keeps apart all settings that vary. The
 * answer or the families own it. NULL, with the reason in `why`, if there is nothing to compare or memory runs out. */
const struct comparison *answer_compare(struct answering *, const char *factor, const char *reference,
                                        const char *metric, struct error *why);

#endif
