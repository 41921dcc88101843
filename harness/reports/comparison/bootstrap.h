/* bootstrap.h - a confidence interval for other classes of the same kind and other seeds: seeds and classes are
 * resampled independently of each other, the crossed (or product) bootstrap of Owen and Eckles (2012, "Bootstrapping
 * data arrays of arbitrary order", Annals of Applied Statistics 6). */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_BOOTSTRAP_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_BOOTSTRAP_H

enum { BOOTSTRAP_DRAWS = 10000 };

/* The data that are resampled. A class is drawn with all of its queries, so a draw's mean is a ratio of two sums. */
struct bootstrap {
    int seeds, classes;    /* at least 2 of each */
    const double *sums;    /* (seeds, classes) over the class's queries: the metric of one setting minus the other's */
    const double *queries; /* (classes) number of queries; above 0 */
};

/* The 2.5 % and 97.5 % quantiles of the mean difference over BOOTSTRAP_DRAWS draws. Within a draw, all seeds and both
 * settings have the same classes. The result depends on the numbers and their order, not on the number of threads.
 * Returns -1 if memory runs out. */
int bootstrap_interval(const struct bootstrap *, double *low, double *high);

#endif
