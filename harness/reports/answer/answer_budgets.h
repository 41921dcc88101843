/* answer_budgets.h - the best setting that a budget of memory or time allows, and which settings cannot be told from
 * it. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_BUDGETS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_BUDGETS_H

#include "harness/reports/comparison/comparison.h"

/* The budgets that the user asks for; 0: those at which the best setting changes. */
struct answer_budgets_wanted {
    size_t memory; /* bytes */
    double seconds;
};

struct answer_budget {
    const struct group *data;  /* the first setting of its data: figures of other data cannot be compared */
    const struct metric *cost; /* what the budget is of: bytes or seconds */
    double amount;             /* the budget asked for; else the least at which this setting is the best */
    int is_asked;
    double below;  /* and the budget below which it is; INFINITY for the last one, NAN if the budget was asked for */
    double whole;  /* the most that a setting at p = 1 takes, or any if none is at p = 1 */
    int has_whole; /* 1: there is one at p = 1 */
    int settings, fitting;     /* those of the data set, and those of them that fit the budget */
    const struct group *least; /* the setting that takes least; NULL if no setting measured the cost */
    double least_amount;
    /* What fits. `best` is NULL if nothing does, or if nothing that fits has the metric. */
    const struct metric *chosen_by;
    int is_fair; /* 1: chosen on validation classes; 0: on the test classes */
    const struct group *best;
    double best_amount;               /* what the best takes */
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

/* What a setting takes is the maximum over its seeds; for times, the mean over those that other work did not slow down.
 *
 * The best setting has the highest MAP@R on validation classes, in the mean over seeds, if all settings of the data set
 * have them; else on the test classes (recall@1 if there is no MAP@R), which is no fair choice. A setting can be told
 * from the best if their difference is shown, by pairs of seeds and with Holm's correction over all settings of the
 * data set. Groups, classes and variation are of the same results and must outlive the budgets. */
int answer_budgets_make(struct answer_budgets *, const struct groups *, const struct variation *,
                        const struct answer_budgets_wanted *, struct error *);
void answer_budgets_release(struct answer_budgets *); /* safe on zeroed budgets */

/* "58.0 MiB (0.50 of p = 1's)" */
void answer_budget_tell_amount(const struct answer_budget *, FILE *);

#endif
