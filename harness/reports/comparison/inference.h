/* inference.h - inference from a few seeds: Student's t (1908), Holm's correction (1979), and the smallest difference
 * that a number of seeds can show. Wraps GSL's distributions. docs/statistics.md has the formulas. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_INFERENCE_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_INFERENCE_H

#include "harness/reports/comparison/groups.h"

/* Intervals have the level 1 - alpha; smallest differences are those shown with this power. */
extern const double inference_alpha, inference_power; /* 0.05, 0.8 */

enum { INFERENCE_SEEDS_MAX = 1000000 };

/* The quantile of Student's t with `freedom` >= 1 degrees of freedom, for 0 < probability < 1. */
double inference_quantile(int freedom, double probability);

/* Half the width of the confidence interval of the mean. NAN below two values, or if all are equal up to rounding and
 * not 0: then their spread is unknown, not 0. If all values are 0, it is 0. */
double inference_reach(const struct groups_value *);
/* The two-sided p of the hypothesis that the mean is 0. NAN in the same cases; 1 if all values are 0. */
double inference_p(const struct groups_value *);

/* Replaces p (count), a family's p values, by Holm's adjusted ones. A NAN counts as 1 and stays NAN. Returns -1 if
 * memory runs out. */
int inference_holm(double *p, int count);

/* The smallest mean that this many values with this deviation show with power inference_power, as one of `family`
 * comparisons: sd * (t(1 - alpha / (2 family)) + t(power)) / sqrt(n). NAN below two values or without spread. */
double inference_smallest(const struct groups_value *, int family);
/* The number of values with this deviation that show a mean of `difference` > 0 with that power; -1 if it would be
 * INFERENCE_SEEDS_MAX or more. */
int inference_seeds_needed(double deviation, double difference, int family);

#endif
