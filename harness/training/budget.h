/* budget.h - how many steps a training run has and of which kinds, and what they cost. The last epoch may be cut short.
 *
 * Costs are counted over the steps that really run. Multiply-adds
 * are those of the network's convolutions and its linear head: B samples forward and K backward (direct), or B + K
 * forward and K backward (two_pass). Loss, evaluation and probes are left out, and so is what fills up a short
 * micro-batch: the figure is the same on every machine and for any number of threads. */
#ifndef PARTGRAD_HARNESS_TRAINING_BUDGET_H
#define PARTGRAD_HARNESS_TRAINING_BUDGET_H

#include "harness/tables/metrics.h"
#include "harness/tables/settings.h"

/* What sets a step apart from an ordinary one; or-ed. */
enum step_kind {
    STEP_WHOLE = 1,     /* the whole batch is back-propagated (portion_schedule) */
    STEP_HEAD_ONLY = 2, /* the linear head alone is trained (head_warmup) */
    STEP_KINDS = 4,
};

struct budget {
    int steps_per_epoch;
    int epochs; /* of which the last may have fewer steps */
    long steps; /* of all epochs */
    int accumulate;
    long head_steps;               /* the first ones, of the head alone */
    long whole_before, whole_from; /* steps before and from which on all are whole */
    int whole_every;               /* between them, every n-th; 0: none */
};

/* Batches of an epoch: as many as the images that are trained on fill, one at least. */
int budget_steps_per_epoch(const struct settings *, int train_images);
/* Of resolved settings. If steps are still to be found (equal_budget.h), with those of `epochs`. */
struct budget budget_make(const struct settings *, int train_images);
/* The same of so many steps. */
struct budget budget_of_steps(const struct settings *, int steps_per_epoch, long steps);
int budget_epoch_steps(const struct budget *, int epoch); /* from 1 */
int budget_kind(const struct budget *, long step);        /* enum step_kind; steps of the training run from 0 */
long budget_updates(const struct budget *);
/* Whether some steps, but not all, are whole; whether there are steps of that kind. */
int budget_has_whole_steps(const struct settings *);
int budget_has_kind(const struct settings *, int kind);

/* What a step of each kind costs, in whatever is counted. */
struct prices {
    double of[STEP_KINDS];
};
/* Of all steps. */
double budget_sum(const struct budget *, const struct prices *);

/* Samples back-propagated; multiply-adds. */
struct prices budget_gradient_prices(const struct settings *);
struct prices budget_compute_prices(const struct settings *, const struct network_work *);
/* Multiply-adds of one step that back-propagates `selected` samples, which may be a mean. */
double budget_multiply_adds(const struct settings *, const struct network_work *, double selected, int kind);

struct budget_totals {
    double updates, gradients, multiply_adds;
};
struct budget_totals budget_totals(const struct settings *, const struct budget *, const struct network_work *);
/* Sets the metrics that say so. */
void budget_totals_metrics(const struct budget_totals *, struct metrics *);

#endif
