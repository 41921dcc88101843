/* inference.h - what the differences of a few seeds show: Student's t (1908), Holm's correction (1979), and the
 * smallest difference that so few seeds could show. Wraps the distributions of GSL. docs/statistics.md has the
 * formulas. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_INFERENCE_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_INFERENCE_H

#include "harness/reports/comparison/groups.h"

/* Level of intervals is 1 - alpha; power that the smallest difference is reckoned with. */
extern const double inference_alpha, inference_power; /* 0.05, 0.8 */

enum { INFERENCE_SEEDS_MAX = 1000000 };

/* The t below which a variable of `freedom` >= 1 degrees lies with the probability, 0 < probability < 1. */
double inference_quantile(int freedom, double probability);

/* How far the interval of the mean reaches to either side; NAN below two values, or if they agree to rounding but are
 * not 0: a spread that was not seen is not known. */
double inference_reach(const struct groups_value *);
/* The two-sided p of a mean of 0; NAN likewise, 1 if all values are 0. */
double inference_p(const struct groups_value *);

/* Replaces the p of a family (count) by Holm's. A NAN counts as a p of 1 and stays. -1 if memory is out. */
int inference_holm(double *p, int count);

/* The smallest mean that would be shown with that power by as many values of that deviation, one of `family`
 * comparisons: sd * (t(1 - alpha / 2 family) + t(power)) / sqrt n. NAN below two values. */
double inference_smallest(const struct groups_value *, int family);
/* How many values of that deviation show a mean of `difference` > 0 with that power; -1: more than
 * INFERENCE_SEEDS_MAX. */
int inference_seeds_needed(double deviation, double difference, int family);

#endif
