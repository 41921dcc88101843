/* comparison.h - compares the levels of a factor (strategies, losses, runs ...) with one of them, the reference, in
 * pairs. Two cells are a pair if they agree in all settings, seeds included, except the factor and what follows from
 * it. docs/statistics.md explains the numbers. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_COMPARISON_H

#include "harness/reports/comparison/classes.h"
#include "harness/reports/comparison/groups.h"
#include "harness/reports/comparison/variation.h"

struct comparison_request {
    const char *factor;    /* what is compared: an axis, "run", "group" (pairs.h), or another column such as "host" */
    const char *reference; /* the level that the others are compared with: "full", "triplet{margin: 1}" */
    const char *metric;    /* column that is compared */
    const char *by;        /* columns whose values get rows of their own: "loss,portion"; "": all that vary; "none" */
    /* NULL, or a column in which both sides are made equal: the reference's metric is interpolated, between the ends of
     * its training runs of several budgets, to the level's value of this column (equal.h). `across` is the axis of the
     * budgets; NULL: "epochs". */
    const char *at_equal, *across;
    const struct classes *classes; /* of the same results; NULL: no intervals for other classes */
};

/* One level against the reference. Intervals and p are of the difference, or of the ratio if the metric is a time. */
struct comparison_row {
    char *level;      /* owned */
    char **by;        /* (comparison.by_count) its values of the columns kept apart; owned */
    int pairs, mixed; /* mixed: pairs whose cells ran on different hosts, CPUs, libraries or program versions */
    int outside;      /* pairs left out because the reference never reaches the value in which both should be equal */
    int tuned;        /* pairs of cells whose settings were chosen by tuning */
    /* Over seeds. Each seed counts with the mean of its pairs, since these are not independent. */
    struct groups_value value;     /* of the level's cells */
    struct groups_value reference; /* of their partners */
    struct groups_value difference;
    struct groups_value judged; /* what is tested: the difference, or that of the logarithms */
    /* NAN if not known. */
    double ratio;      /* of the geometric means for times, of the means for planned figures; else NAN */
    double low, high;  /* 95 % confidence interval of the difference or ratio, for these classes (Student's t) */
    double p;          /* two-sided p of no difference, uncorrected */
    double adjusted_p; /* corrected by Holm within the family; NAN if exploratory */
    double classes_low, classes_high; /* 95 % interval for other classes and seeds (bootstrap.h) */
    enum classes_state classes;
    double smallest; /* the difference, or ratio above 1, that this many seeds show with a power of 80 % */
};

struct comparison {
    char *factor, *reference, *metric, *at_equal; /* from the request; owned */
    enum metric_contrast contrast;
    int by_count;
    char **by; /* (by_count) columns kept apart: "portion"; owned */
    int row_count;
    struct comparison_row *rows;    /* (row_count), in the order of their first cells */
    int pairs, mixed;               /* over all rows */
    int disturbed;                  /* for times: pairs with a cell that other work on the machine slowed down */
    struct results_list unpaired;   /* cells without a partner */
    struct results_list unmeasured; /* cells of pairs that lack the metric */
    char *family;                   /* the family within which the rows are corrected; NULL: exploratory; owned */
    int family_size;                /* number of rows in it; 1 if exploratory */
    int is_late;                    /* 1: declared, but after the run began */
};

/* Compares the cells of the variation's results. If the factor is not a setting, the results must have been read with
 * it in `apart` (results_read). They need not outlive the comparison.
 *
 * Settings that follow from the factor may differ within a pair (axes_follows): the whole batch, p = 1, is a partner
 * for any strategy and portion. Of several possible partners, the one that agrees in most of these settings is taken,
 * if possible from the same run; the order of the folders never matters.
 *
 * The comparison is exploratory until families.h makes it part of a family. Fails if a name does not exist, if there is
 * no pair, or if memory runs out; there is then nothing to release. */
int comparison_make(struct comparison *, const struct comparison_request *, const struct variation *, struct error *);
void comparison_release(struct comparison *); /* safe on a zeroed comparison */

/* Makes the rows part of a family of `size` rows and sets their smallest differences; the caller sets the adjusted p. A
 * NULL family makes them exploratory. Fails if memory runs out. */
int comparison_set_family(struct comparison *, const char *family, int size, struct error *);

/* Whether both have the same metric, factor, reference and columns kept apart, in any order. Comparisons at equal
 * values are never the same. */
int comparison_same(const struct comparison *, const struct comparison *);

#endif
