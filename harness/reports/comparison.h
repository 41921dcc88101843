/* comparison.h - one level of a factor (a strategy, a loss ...) against the others, paired: two cells make a pair where
 * they agree in everything else, seeds included. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_H

#include "base/error.h"
#include "harness/reports/groups.h"

struct comparison_request {
    const char *factor;    /* column compared, "strategy" */
    const char *reference; /* its level that the others are compared with */
    const char *metric;    /* column measured */
    const char *by;        /* columns whose values are kept apart, "loss,portion"; "": all pairs together */
};

/* One level against the reference. */
struct comparison_row {
    const char *level;                /* into the tables */
    char *by;                         /* "triplet,0.25"; "" where all are together; owned */
    struct aggregate_value value;     /* of the level's cells that have a partner */
    struct aggregate_value reference; /* of their partners */
    struct aggregate_value difference;
    double low, high; /* 95 % confidence interval of the mean difference (Student's t); NAN below two pairs */
};

struct comparison {
    int run_count, row_count;
    struct csv_table *runs;      /* (run_count) */
    int *columns;                /* (run_count, keys) where the columns are in which partners agree */
    struct comparison_row *rows; /* (row_count), in the order of their first cells */
};

/* Reads cells.csv of the folders (count). Cells pair where they agree in data set, model, loss, sampler, strategy,
 * batch size, samples per class, portion, precision, gradient scale, accumulation, memory bank and seed, but for the
 * factor; how they back-propagated does not matter, since that changes no number, and a cell that was run both ways
 * counts once. Strategy `full` has portion 1 alone, so as a reference it pairs with any portion and scale. Of several
 * partners the first of the same run counts. Fails on files or columns that are not there, and where there is not one
 * pair. */
int comparison_read(struct comparison *, const struct comparison_request *, char *const *folders, int count,
                    struct error *);
void comparison_release(struct comparison *); /* safe on a zeroed comparison */

#endif
