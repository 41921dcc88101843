/* classes.h - results by class: classes.csv of a run, which has a row for each cell and class with sums over the
 * class's queries. Confidence intervals for other classes of the same kind are computed from it. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_CLASSES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_CLASSES_H

#include "base/index.h"
#include "harness/reports/comparison/results.h"

struct classes_run {
    struct csv_table table;                   /* empty if the run has no classes.csv */
    int cell, settings, name, queries, split; /* columns; split is -1 if the table has test classes only */
    int *next;           /* (rows) the next row of the same cell and split, -1 after the last; owned */
    struct index firsts; /* "cell, settings, split": the first such row */
};

struct classes {
    const struct results *results;
    struct classes_run *runs; /* (results->run_count) owned */
};

/* Reads FOLDER/classes.csv of each run that has one; a run without one is no error. The results must outlive the
 * classes. Fails if a file cannot be read or lacks a column, or if memory runs out. */
int classes_read(struct classes *, const struct results *, struct error *);
void classes_release(struct classes *); /* safe on zeroed classes */

/* Two cells that are compared, and their seed. */
struct classes_pair {
    int seed; /* 0 ... seeds - 1 */
    struct results_cell cell, reference;
};

enum classes_state {
    CLASSES_NOT_ASKED, /* not asked for, or the metric is not a mean over queries, or there are fewer than two seeds or
                          classes */
    CLASSES_ABSENT,    /* a cell has no rows, or its table lacks the metric */
    CLASSES_UNLIKE,    /* the cells have different classes or numbers of queries */
    CLASSES_WRONG,     /* the sums contradict cells.csv */
    CLASSES_FOUND,
    CLASSES_OUT_OF_MEMORY,
};

/* Computes the 95 % interval of the mean difference for other classes and seeds (bootstrap.h) from pairs (count) of all
 * seeds. Each seed counts with the mean of its pairs, whatever their order. Sets *low and *high only if it returns
 * CLASSES_FOUND. */
enum classes_state classes_interval(const struct classes *, const char *metric, const struct classes_pair *, int count,
                                    int seeds, double *low, double *high);

#endif
