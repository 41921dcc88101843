/* answer_budgets.h - the best setting that a budget of memory or time allows, and which settings cannot be told from
 * it. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_BUDGETS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_BUDGETS_H

#include "harness/reports/comparison/comparison.h"

/* Budgets that are asked for; 0: those at which the best setting changes. */
struct answer_budgets_wanted {
    size_t memory; /* bytes */
    double seconds;
};

struct answer_budget {
    const struct group *data;  /* the first setting of its data: figures of other data cannot be compared */
    const struct metric *cost; /* what the budget is of: bytes or seconds */
    double amount;             /* of one that is asked for; else from here on the best setting is this one */
    int is_asked;
    double below;              /* up to here; INFINITY for the last one, NAN if it is asked for */
    double whole;              /* the most that a setting at p = 1 takes, or any if none is at p = 1 */
    int has_whole;             /* 1: there is one at p = 1 */
    int settings, fitting;     /* of the data set, and those of them that fit it, or its range */
    const struct group *least; /* that takes least; NULL if no setting measured the cost */
    double least_amount;
    /* What fits; `best` is NULL if nothing does, or if what fits has no metric. */
    const struct metric *chosen_by;
    int is_fair; /* 1: chosen on validation classes; 0: on the test classes */
    const struct group *best;
    double best_amount;               /* that it takes */
    const struct comparison *against; /* of all settings of the data set with the best; NULL if there is no other */
    int like_count;
    const struct group **like; /* (like_count) what fits and cannot be told from the best; owned */
};

/* Empty when zeroed. */
struct answer_budgets {
    int count;
    struct answer_budget *budget; /* (count), those of one data set and cost together, ascending; owned */
    int against_count;
    struct comparison **against; /* (against_count) owned */
};

/* What a setting takes is the most of its seeds; of times, the mean over those that other work did not slow down.
 *
 * What is best is the highest MAP@R of validation classes, in the mean over seeds, if all settings of the data set have
 * them; else that of the test classes (recall@1 if there is no MAP@R), which is no fair choice. A setting can be told
 * from the best if their difference is shown, by pairs of seeds and with Holm's correction over all settings of the
 * data set. Groups, classes and variation are of the same results and must outlive the budgets. */
int answer_budgets_make(struct answer_budgets *, const struct groups *, const struct variation *,
                        const struct answer_budgets_wanted *, struct error *);
void answer_budgets_release(struct answer_budgets *); /* safe on zeroed budgets */

/* "58.0 MiB (0.50 of p = 1's)" */
void answer_budget_tell_amount(const struct answer_budget *, FILE *);

#endif
