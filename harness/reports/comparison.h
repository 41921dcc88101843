/* comparison.h - one level of a factor (a strategy, a loss, a run ...) against the others, in pairs: two cells make a
 * pair if they are the same training but for the factor and what follows from it, seeds included. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_H

#include "harness/reports/groups.h"
#include "harness/reports/variation.h"

struct comparison_request {
    const char *factor;    /* what is compared: an axis, "run", or another column of cells.csv such as "host" */
    const char *reference; /* its level that the others are compared with: "full", "triplet{margin: 1}" */
    const char *metric;    /* column measured */
    const char *by;        /* columns whose values are kept apart: "loss,portion"; "": all that vary; "none": none */
};

/* One level against the reference. */
struct comparison_row {
    char *level;      /* owned */
    char **by;        /* (comparison.by_count) the values kept apart; owned */
    int pairs, mixed; /* mixed: pairs that ran on two hosts, CPUs, sets of libraries or program versions */
    /* Over seeds, of which each counts with the mean of its pairs: pairs of one seed are not independent. */
    struct groups_value value;     /* of the level's cells */
    struct groups_value reference; /* of their partners */
    struct groups_value difference;
    double low, high; /* 95 % confidence interval of the mean difference (Student's t); NAN below two seeds */
};

struct comparison {
    int by_count;
    char **by; /* (by_count) columns, "portion"; owned */
    int row_count;
    struct comparison_row *rows;    /* (row_count), in the order of their first cells */
    int pairs, mixed;               /* of all rows */
    int disturbed;                  /* pairs with times that other work spoiled, if the metric is a time */
    struct results_list unpaired;   /* cells without a partner */
    struct results_list unmeasured; /* cells of pairs that lack the metric */
};

/* Compares the cells of the variation's results, which must have been read with the factor kept apart and need not
 * outlive the comparison.
 *
 * What follows from the factor may differ too (axes_follows): the whole batch, p = 1, is a partner for any strategy and
 * any portion. Of several partners that one counts which agrees in most of what follows, if possible in the same run;
 * the order of the folders never matters. Fails on names that are not there, and if there is no pair. */
int comparison_make(struct comparison *, const struct comparison_request *, const struct variation *, struct error *);
void comparison_release(struct comparison *); /* safe on a zeroed comparison */

#endif
