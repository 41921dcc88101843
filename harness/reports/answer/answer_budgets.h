/* answer_budgets.h - the best setting within a budget of memory or time, and the settings not shown to differ from it.
 */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_BUDGETS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_BUDGETS_H

#include "harness/reports/comparison/comparison.h"

/* The budgets that the user asks for; 0: list those at which the best setting changes. */
struct answer_budgets_wanted {
    size_t memory; /* bytes */
    double seconds;
};

struct answer_budget {
    const struct group *data;  /* the first setting on its data; settings on other data are not compared with it */
    const struct metric *cost; /* what is limited, in bytes or seconds */
    double amount;             /* the budget asked for; else the smallest at which `best` is the best */
    int is_asked;
    double below;  /* from here on another is the best; INFINITY for the last, NAN if the budget was asked for */
    double whole;  /* the largest cost of a setting at p = 1, or of any setting if none is at p = 1 */
    int has_whole; /* 1: there is a setting at p = 1 */
    int settings, fitting;     /* how many the data set has, and how many of them fit the budget */
    const struct group *least; /* the cheapest setting; NULL if no setting measured the cost */
    double least_amount;
    /* `best` is NULL if no setting fits, or if none that fits has the metric. */
    const struct metric *chosen_by;
    int is_fair; /* 1: chosen by validation classes; 0: by test classes */
    const struct group *best;
    double best_amount;               /* its cost */
    const struct comparison *against; /* of the data set's settings with `best`; NULL if none pairs with it */
    int like_count;
    const struct group **like; /* (like_count) settings that fit and are not shown to differ from `best`; owned */
};

/* Empty when zeroed. */
struct answer_budgets {
    int count;
    struct answer_budget *budget; /* (count), ascending within each data set and cost, which are contiguous; owned */
    int against_count;
    struct comparison **against; /* (against_count) owned */
};

/* A setting's cost is the maximum over its seeds; for times, the mean over the cells that other work did not slow down,
 * if there are any.
 *
 * The best setting has the highest mean over seeds of validation MAP@R (or validation recall@1), if every setting of
 * the data set measured it. Otherwise test MAP@R (or test recall@1) decides, which is not a fair choice. A setting is
 * shown to differ from the best if the difference has an adjusted p below 0.05: pairs of seeds, Holm's correction over
 * all settings of the data set.
 *
 * Groups and variation belong to the same results and must outlive the budgets. Fails if memory runs out. */
int answer_budgets_make(struct answer_budgets *, const struct groups *, const struct variation *,
                        const struct answer_budgets_wanted *, struct error *);
void answer_budgets_release(struct answer_budgets *); /* safe on zeroed budgets */

/* Writes the budget: "58.0 MiB (0.50 of p = 1's)". */
void answer_budget_tell_amount(const struct answer_budget *, FILE *);

#endif
