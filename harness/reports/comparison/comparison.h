/* comparison.h - one level of a factor (a strategy, a loss, a run ...) against the others, in pairs: two cells make a
 * pair if they agree in all settings, seeds included, except the factor and what follows from it. docs/statistics.md
 * says what the numbers mean. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_H

#include "harness/reports/comparison/classes.h"
#include "harness/reports/comparison/groups.h"
#include "harness/reports/comparison/variation.h"

struct comparison_request {
    const char *factor;    /* what is compared: an axis, "run", "group" (pairs.h), or another column such as "host" */
    const char *reference; /* its level that the others are compared with: "full", "triplet{margin: 1}" */
    const char *metric;    /* column measured */
    const char *by;        /* columns whose values are kept apart: "loss,portion"; "": all that vary; "none": none */
    /* NULL, or a column: the reference's metric is then taken where this column is as the level's, between the ends of
     * its runs of several budgets. A budget is the axis `across`; NULL: "epochs". */
    const char *at_equal, *across;
    const struct classes *classes; /* of the same results; NULL: none */
};

/* One level against the reference. What is judged is the difference, or the ratio if the comparison is one. */
struct comparison_row {
    char *level;      /* owned */
    char **by;        /* (comparison.by_count) the values kept apart; owned */
    int pairs, mixed; /* mixed: pairs that ran on two hosts, CPUs, sets of libraries or program versions */
    int outside;      /* pairs without a number: the reference never reaches the value at which both should be equal */
    int tuned;        /* pairs of cells whose settings were chosen by tuning */
    /* Over seeds, of which each counts with the mean of its pairs: pairs of one seed are not independent. */
    struct groups_value value;     /* of the level's cells */
    struct groups_value reference; /* of their partners */
    struct groups_value difference;
    struct groups_value judged; /* the difference, or that of the logarithms */
    /* NAN what is not known. */
    double ratio;      /* of the means; geometric ones for times. Only if the comparison is one of ratios or planned */
    double low, high;  /* 95 % confidence interval of the difference, or of the ratio (Student's t): these classes */
    double p;          /* two-sided, of no difference; as it is, whatever else is compared */
    double adjusted_p; /* Holm's within the family; NAN if exploratory */
    double classes_low, classes_high; /* 95 % interval for other classes and seeds (bootstrap.h) */
    enum classes_state classes;
    double smallest; /* difference, or ratio above 1, that so many seeds show with a power of 80 % at their level */
};

struct comparison {
    char *factor, *reference, *metric, *at_equal; /* as asked for; at_equal: NULL if not; owned */
    enum metric_contrast contrast;
    int by_count;
    char **by; /* (by_count) columns, "portion"; owned */
    int row_count;
    struct comparison_row *rows; /* (row_count), in the order of their first cells */
    int pairs, mixed;            /* of all rows */
    int disturbed; /* pairs with times that other work on the machine disturbed, if the metric is a time */
    struct results_list unpaired;   /* cells without a partner */
    struct results_list unmeasured; /* cells of pairs that lack the metric */
    char *family;                   /* the family that the rows are corrected in; NULL: exploratory; owned */
    int family_size;                /* comparisons in it; 1 if exploratory */
    int is_late;                    /* 1: declared, but after the run began */
};

/* Compares the cells of the variation's results, which must have been read with the factor kept apart and need not
 * outlive the comparison.
 *
 * What follows from the factor may differ too (axes_follows): the whole batch, p = 1, is a partner for any strategy and
 * any portion. Of several partners that one counts which agrees in most of what follows, if possible in the same run;
 * the order of the folders never matters. The comparison is exploratory (families.h makes it one of a family). Fails on
 * names that are not there, and if there is no pair. */
int comparison_make(struct comparison *, const struct comparison_request *, const struct variation *, struct error *);
void comparison_release(struct comparison *); /* safe on a zeroed comparison */

/* Makes the rows part of a family of that many comparisons: sets the smallest differences; the adjusted p are the
 * caller's. NULL: exploratory. */
int comparison_set_family(struct comparison *, const char *family, int size, struct error *);

/* Whether both compare the same: metric, factor, reference, and what is kept apart, in any order. */
int comparison_same(const struct comparison *, const struct comparison *);

#endif
