/* same_budget.h - whether two cells whose steps cost differently were trained for the same budget (`equal`,
 * `equal_to`). */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_SAME_BUDGET_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_SAME_BUDGET_H

#include "harness/reports/comparison/results.h"

/* Whether a setting is part of a cell's budget: `equal` and `equal_to`. */
int same_budget_setting(const struct axis *);

/* Whether cells that differ in the axis (-1: none) have steps of different cost. Then the budget of one may be defined
 * by the epochs of the other, and the settings of their budgets need not be equal. */
int same_budget_matters(const struct axes *, int axis);

/* Whether the cell has the budget of its partner: the same settings of the budget, or settings that name what the
 * partner has in its epochs. So a portion at equal compute names the whole batch, and a smaller batch with as many
 * updates the larger one. */
int same_budget(const struct results *, struct results_cell cell, struct results_cell partner);

#endif
