/* bootstrap.h - a confidence interval for other classes of the same kind and other seeds: seeds and classes are
 * resampled independently of each other, the crossed (or product) bootstrap of Owen and Eckles (2012, "Bootstrapping
 * data arrays of arbitrary order", Annals of Applied Statistics 6). */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_BOOTSTRAP_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_BOOTSTRAP_H

enum { BOOTSTRAP_DRAWS = 10000 };

/* The data that is resampled. A class enters with all of its queries, so that a draw's mean is a ratio of two sums. */
struct bootstrap {
    int seeds, classes;    /* at least 2 of each */
    const double *sums;    /* (seeds, classes) over the class's queries: the metric of one setting minus the other's */
    const double *queries; /* (classes) how many; above 0 */
};

/* The 2.5 % and the 97.5 % quantile of BOOTSTRAP_DRAWS draws of the mean difference. One draw takes the same classes
 * for all seeds and for both settings. Always the same for the same numbers in the same order, whatever the threads.
 * Returns -1 if memory is out. */
int bootstrap_interval(const struct bootstrap *, double *low, double *high);

#endif
