/* gradient_results.h - what `partgrad gradients` measured: the tables gradients.csv in runs' folders. Three rows, one
 * for each target, make a point. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_GRADIENT_RESULTS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_GRADIENT_RESULTS_H

#include "harness/reports/comparison/results.h"

/* A point's rows, in their order. */
enum gradient_target { GRADIENT_OWN_BATCH, GRADIENT_SAME_SIZE, GRADIENT_LARGE, GRADIENT_TARGETS };

struct gradient_result {
    double batch_size, portion;
    int is_whole;
    const char *strategy; /* borrowed from the table */
    char *label;          /* what tells it from others of its batch size and portion: "importance, replacement=true" */
    int row;              /* its first */
};

/* The name, plots/NAME, and the words of a picture (gradient_plots.h); all owned, NULL before it is drawn. */
struct gradient_words {
    char *name, *caption, *description;
};
enum { GRADIENT_PLOTS = 4 };

struct gradient_run {
    const char *folder; /* borrowed */
    const char *name;   /* its last part; borrowed */
    struct csv_table table;
    int count;
    struct gradient_result *points; /* (count) by batch size, then portion, then as in the table */
    int is_first;                   /* 1: of all in a report */
    struct gradient_words plots[GRADIENT_PLOTS];
};

/* Empty when zeroed. */
struct gradient_results {
    int count;
    struct gradient_run *runs; /* (count) */
};

/* Whether the folder has such a table. */
int gradient_results_exist(const char *folder);
/* Reads those of the sources (count) that have one. Fails if a file is not such a table. */
int gradient_results_read(struct gradient_results *, const struct results_source *, int count, struct error *);
void gradient_results_release(struct gradient_results *); /* safe on zeroed ones */

/* A figure of the point against the target; NAN where it has none. */
double gradient_result_number(const struct gradient_run *, const struct gradient_result *, enum gradient_target,
                              const char *column);
/* The same, of the target's square: |r|^2. */
double gradient_result_share(const struct gradient_run *, const struct gradient_result *, enum gradient_target,
                             const char *column);

#endif
