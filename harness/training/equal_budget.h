/* equal_budget.h - finds the number of steps with which a training run costs as much as another one: the settings
 * `equal` and `equal_to`. */
#ifndef PARTGRAD_HARNESS_TRAINING_EQUAL_BUDGET_H
#define PARTGRAD_HARNESS_TRAINING_EQUAL_BUDGET_H

#include "base/error.h"
#include "harness/training/budget.h"

/* Whether the steps are still to be found. */
int equal_budget_is_open(const struct settings *);
/* The training run that `equal_to` names, resolved: with a portion, its samples are drawn at random. */
struct settings equal_budget_other(const struct settings *);
/* Sets settings->steps, at least 1, to the whole number that comes nearest to the other run's budget. For `equal:
 * time`, the prices are seconds of a step of these settings and of the other run, or NULL to estimate them by
 * multiply-adds; otherwise NULL. */
int equal_budget_resolve(struct settings *, int train_images, const struct prices *own, const struct prices *other,
                         struct error *);

#endif
