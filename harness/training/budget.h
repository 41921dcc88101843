/* budget.h - how many steps a training run has, of which kinds, and what they cost. The last epoch may be cut short.
 *
 * Costs are counted over the steps that really run. Multiply-adds are those of the network's convolutions and its
 * linear head: B samples forward and K backward (direct), or B + K forward and K backward (two_pass). Loss, evaluation,
 * probes and the padding of short micro-batches do not count, so the number is the same on every machine and for any
 * number of threads. */
#ifndef PARTGRAD_HARNESS_TRAINING_BUDGET_H
#define PARTGRAD_HARNESS_TRAINING_BUDGET_H

#include "harness/tables/metrics.h"
#include "harness/tables/settings.h"

/* What sets a step apart from an ordinary one; or-ed. */
enum step_kind {
    STEP_WHOLE = 1,     /* the whole batch is back-propagated (portion_schedule) */
    STEP_HEAD_ONLY = 2, /* only the linear head is trained (head_warmup) */
    STEP_KINDS = 4,
};

struct budget {
    int steps_per_epoch;
    int epochs; /* the last may have fewer steps */
    long steps; /* of all epochs */
    int accumulate;
    long head_steps;               /* number of first steps that train only the head */
    long whole_before, whole_from; /* steps before the first and from the second on use the whole batch */
    int whole_every;               /* between them, every n-th; 0: none */
};

/* Batches of an epoch: as many as the training images fill, at least one. */
int budget_steps_per_epoch(const struct settings *, int train_images);
/* The budget of resolved settings. If their steps are still to be found (equal_budget.h), that of `epochs`. */
struct budget budget_make(const struct settings *, int train_images);
/* The same with so many steps. */
struct budget budget_of_steps(const struct settings *, int steps_per_epoch, long steps);
/* Steps of an epoch, counted from 1. */
int budget_epoch_steps(const struct budget *, int epoch);
/* The kind (enum step_kind, or-ed) of a step of the training run, counted from 0. */
int budget_kind(const struct budget *, long step);
/* Updates of the weights. */
long budget_updates(const struct budget *);
/* Whether some steps, but not all, use the whole batch; whether there are steps of that kind. */
int budget_has_whole_steps(const struct settings *);
int budget_has_kind(const struct settings *, int kind);

/* What a step of each kind costs, in any unit. */
struct prices {
    double of[STEP_KINDS];
};
/* The cost of all steps. */
double budget_sum(const struct budget *, const struct prices *);

/* Prices in samples back-propagated, and in multiply-adds. */
struct prices budget_gradient_prices(const struct settings *);
struct prices budget_compute_prices(const struct settings *, const struct network_work *);
/* Multiply-adds of one step that back-propagates `selected` samples, which may be a mean. */
double budget_multiply_adds(const struct settings *, const struct network_work *, double selected, int kind);

/* What all steps cost together. */
struct budget_totals {
    double updates, gradients, multiply_adds;
};
struct budget_totals budget_totals(const struct settings *, const struct budget *, const struct network_work *);
/* Sets the metrics of these names. */
void budget_totals_metrics(const struct budget_totals *, struct metrics *);

#endif
