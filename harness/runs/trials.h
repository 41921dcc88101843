/* trials.h - chooses among tuned values by what their trials measured. Knows nothing of cells and files. */
#ifndef PARTGRAD_HARNESS_RUNS_TRIALS_H
#define PARTGRAD_HARNESS_RUNS_TRIALS_H

#include "base/error.h"
#include "harness/tables/metrics.h"

enum { TRIAL_REPEATS_MAX = 4096 }; /* 64 folds with 64 seeds, as long as a list may be */

/* TRIAL_NONE: there is no such trial, as of a batch that the data cannot fill; TRIAL_OPEN: it has not ended. */
enum trial_state { TRIAL_NONE, TRIAL_OPEN, TRIAL_OK, TRIAL_FAILED };

struct trial {
    enum trial_state state;
    double metric; /* if TRIAL_OK */
};

/* All trials of one value at one point. */
struct trial_value {
    int trials, failed; /* that there are; of these */
    double mean;        /* of those that did not fail; NAN without one */
    double spread;      /* their sample standard deviation; NAN of fewer than two */
    int chosen;
    int within_noise; /* 1: not told from the chosen one (trials_judge); 0 of that one itself */
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

/* All TRIAL_NONE. */
int trials_init(struct trials *, int points, int values, int repeats, enum metric_better, struct error *);
void trials_release(struct trials *); /* safe on zeroed trials */

struct trial *trials_at(const struct trials *, int point, int value, int repeat);
struct trial_value *trials_value(const struct trials *, int point, int value);

/* Fills in the values, and once no trial is open, what is chosen for each point: the best mean among the values with
 * the fewest failed trials, so that a failure counts as worse than any figure; of equal ones the first. If all
 * trials of a point failed, nothing is. A value is within the chosen one's noise if the mean of their differences,
 * paired by repeat, is no larger than its standard error (sample standard deviation / sqrt(pairs)); of fewer than two
 * pairs that is not known, and 0. Pairs that share a fold are not independent, so the error is a little too small if
 * a fold has several seeds. */
void trials_judge(struct trials *);

#endif
