/* trials.h - chooses among tuned values by the results of their trials. Independent of cells and files. */
#ifndef PARTGRAD_HARNESS_RUNS_TRIALS_H
#define PARTGRAD_HARNESS_RUNS_TRIALS_H

#include "base/error.h"
#include "harness/tables/metrics.h"

enum { TRIAL_REPEATS_MAX = 4096 }; /* 64 folds with 64 seeds, the longest lists */

/* TRIAL_NONE: there is no such trial, for example because the data cannot fill its batch; TRIAL_OPEN: it has not
 * ended. */
enum trial_state { TRIAL_NONE, TRIAL_OPEN, TRIAL_OK, TRIAL_FAILED };

struct trial {
    enum trial_state state;
    double metric; /* if TRIAL_OK */
};

/* All trials of one value at one point. */
struct trial_value {
    int trials, failed; /* number of trials; failed ones among them */
    double mean;        /* of those that did not fail; NAN if there are none */
    double spread;      /* their sample standard deviation; NAN for fewer than two */
    int chosen;
    int within_noise; /* 1: cannot be told from the chosen value (trials_judge); 0 for that value itself */
};

/* Each combination of point, value and repeat (a fold with a seed). */
struct trials {
    int points, values, repeats;
    enum metric_better better;
    struct trial *trial;       /* (points, values, repeats) */
    struct trial_value *value; /* (points, values) */
    int *chosen;               /* (points) positions of values; -1: none */
    int open;                  /* trials that have not ended */
};

/* Allocates; all trials are TRIAL_NONE. */
int trials_init(struct trials *, int points, int values, int repeats, enum metric_better, struct error *);
void trials_release(struct trials *); /* safe on zeroed trials */

/* One trial, and the summary of one value at a point. */
struct trial *trials_at(const struct trials *, int point, int value, int repeat);
struct trial_value *trials_value(const struct trials *, int point, int value);

/* Computes the values and, once no trial is open, the choice for each point: the best mean among the values with the
 * fewest failed trials, so that a failure counts as worse than any result; of equal ones the first. If all trials of a
 * point failed, nothing is chosen. A value is within the chosen one's noise if the mean of their differences, paired by
 * repeat, is no larger than its standard error (sample standard deviation / sqrt(pairs)); with fewer than two pairs it
 * is not known, and 0. Pairs that share a fold are not independent, so the standard error is a little too small if a
 * fold has several seeds. */
void trials_judge(struct trials *);

#endif
