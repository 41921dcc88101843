/* equal_budget.h - as many steps as make what a training run costs equal to what another one costs: the `equal` and
 * `equal_to` of experiments. */
#ifndef PARTGRAD_HARNESS_TRAINING_EQUAL_BUDGET_H
#define PARTGRAD_HARNESS_TRAINING_EQUAL_BUDGET_H

#include "base/error.h"
#include "harness/training/budget.h"

/* Whether the steps are still to be found. */
int equal_budget_is_open(const struct settings *);
/* The training run that `equal_to` names, resolved: with a portion, its samples are drawn at random. */
struct settings equal_budget_other(const struct settings *);
/* Sets settings->steps: as near as whole steps come to what the other run has, one at least. The prices are
 * seconds of a step of these settings and of the other run, if time is equal; else, and if it is to be reckoned
 * by multiply-adds, NULL. */
int equal_budget_resolve(struct settings *, int train_images, const struct prices *own, const struct prices *other,
                         struct error *);

#endif
