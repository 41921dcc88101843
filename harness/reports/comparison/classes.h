/* classes.h - how well the queries of each test class were answered: classes.csv of a run, a row for each cell and
 * class with sums over the class's queries. Confidence intervals for other classes of the same kind are computed from
 * it. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_CLASSES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_CLASSES_H

#include "base/index.h"
#include "harness/reports/comparison/results.h"

struct classes_run {
    struct csv_table table;                   /* empty if the run has no classes.csv */
    int cell, settings, name, queries, split; /* columns; split: -1: the table has test classes only */
    int *next;                                /* (rows) the next row of the same cell and split, -1: none; owned */
    struct index firsts;                      /* "cell, settings, split": the first such row */
};

struct classes {
    const struct results *results;
    struct classes_run *runs; /* (results->run_count) owned */
};

/* Reads FOLDER/classes.csv of each run that has one; the results must outlive it. Fails if one cannot be read or lacks
 * a column; a run without one is no error. */
int classes_read(struct classes *, const struct results *, struct error *);
void classes_release(struct classes *); /* safe on zeroed classes */

/* Two cells that are compared, and in which repetition. */
struct classes_pair {
    int seed; /* 0 ... seeds - 1 */
    struct results_cell cell, reference;
};

enum classes_state {
    CLASSES_NOT_ASKED, /* the metric is not a mean over queries, or there are fewer than two seeds or classes */
    CLASSES_ABSENT,    /* there are no rows of some cell, or no column of the metric */
    CLASSES_UNLIKE,    /* the cells' classes or queries are not the same */
    CLASSES_WRONG,     /* the sums are not those of what cells.csv has */
    CLASSES_FOUND,
    CLASSES_OUT_OF_MEMORY,
};

/* The 95 % interval of the mean difference for other classes and seeds (bootstrap.h), over pairs (count) of all seeds,
 * each of which counts with the mean of its pairs. The pairs' order within a seed does not matter. */
enum classes_state classes_interval(const struct classes *, const char *metric, const struct classes_pair *, int count,
                                    int seeds, double *low, double *high);

#endif
