/* same_budget.h - whether two cells that cost differently were trained for the same budget (`equal`, `equal_to`). */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_SAME_BUDGET_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_SAME_BUDGET_H

#include "harness/reports/comparison/results.h"

/* Whether a setting says what a cell's budget is. */
int same_budget_setting(const struct axis *);

/* Whether cells that differ in the setting cost differently by step, so that the budget of one is often told by what
 * the other has in its epochs. Their settings of the budget need not be equal. */
int same_budget_matters(const struct axes *, int axis);

/* Whether the cell has the budget of its partner: the same settings of it, or those that name the partner's epochs, as
 * a portion at equal compute names the whole batch, and a smaller batch with as many updates the larger one. */
int same_budget(const struct results *, struct results_cell cell, struct results_cell partner);

#endif
