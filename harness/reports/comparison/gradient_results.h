/* gradient_results.h - what `partgrad gradients` measured: gradients.csv in the runs' folders. A point has three rows,
 * one for each target that its gradient is compared with. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_GRADIENT_RESULTS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_GRADIENT_RESULTS_H

#include "harness/reports/comparison/results.h"

/* The targets, in the order of a point's rows. */
enum gradient_target { GRADIENT_OWN_BATCH, GRADIENT_SAME_SIZE, GRADIENT_LARGE, GRADIENT_TARGETS };

struct gradient_result {
    double batch_size, portion;
    int is_whole;
    const char *strategy; /* borrowed from the table */
    char *label; /* what distinguishes it at its batch size and portion: "importance, replacement=true"; owned */
    int row;     /* its first row */
};

/* The name (plots/NAME), caption and description of a plot (gradient_plots.h); owned, NULL before it is drawn. */
struct gradient_words {
    char *name, *caption, *description;
};
enum { GRADIENT_PLOTS = 4 };

struct gradient_run {
    const char *folder; /* borrowed */
    const char *name;   /* its last part; borrowed */
    struct csv_table table;
    int count;
    struct gradient_result *points; /* (count) by batch size, portion, and order in the table; owned */
    int is_first;                   /* 1: the first in the report */
    struct gradient_words plots[GRADIENT_PLOTS];
};

/* Empty when zeroed. */
struct gradient_results {
    int count;
    struct gradient_run *runs; /* (count) owned */
};

/* Whether the folder has a gradients.csv. */
int gradient_results_exist(const char *folder);
/* Reads gradients.csv of those of the sources (count) that have one; their folders must outlive the results. Fails if a
 * file is not such a table or memory runs out; release the results then too. */
int gradient_results_read(struct gradient_results *, const struct results_source *, int count, struct error *);
void gradient_results_release(struct gradient_results *); /* safe on zeroed ones */

/* The point's number in a column for one target; NAN if it has none. */
double gradient_result_number(const struct gradient_run *, const struct gradient_result *, enum gradient_target,
                              const char *column);
/* The same number divided by the target's squared norm. */
double gradient_result_share(const struct gradient_run *, const struct gradient_result *, enum gradient_target,
                             const char *column);

#endif
