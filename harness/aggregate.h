/* aggregate.h - rows of cells.csv, brought together over their seeds: means and standard deviations. */
#ifndef PARTGRAD_HARNESS_AGGREGATE_H
#define PARTGRAD_HARNESS_AGGREGATE_H

#include "base/error.h"
#include "harness/csv.h"

/* What a report shows. To add a metric: its row in aggregate.c, its name here. */
enum aggregate_metric {
    METRIC_RECALL,
    METRIC_MAP,
    METRIC_GAP,
    METRIC_SHARE,
    METRIC_MEMORY,
    METRIC_SPEED,
    METRICS,
};

/* What tells groups apart: the run, and columns; the seed is what is left. */
enum aggregate_key {
    KEY_RUN,
    KEY_DATASET,
    KEY_MODEL,
    KEY_LOSS,
    KEY_SAMPLER,
    KEY_PER_CLASS,
    KEY_PRECISION,
    KEY_BATCH,
    KEY_STRATEGY,
    KEY_PORTION,
    KEY_BACKPROP,
    KEY_GRADIENT_SCALE, /* this and those below: columns that earlier versions did not write */
    KEY_ACCUMULATE,
    KEY_MEMORY_BANK,
    KEYS,
};

struct aggregate_value {
    int count;        /* cells that measured it */
    double mean;      /* NAN where nothing was measured */
    double squares;   /* sum of squared differences from the mean */
    double deviation; /* sample standard deviation, with count - 1; NAN below two cells */
};

struct aggregate_group {
    const char *key[KEYS]; /* into the runs' names and tables */
    double batch_size, portion;
    int cells; /* that ended well */
    struct aggregate_value value[METRICS];
};

struct aggregate_run {
    const char *name; /* the folder's last part, or all of it where two end alike; borrowed from the folders */
    struct csv_table table;
};

struct aggregate {
    int run_count, group_count;
    struct aggregate_run *runs;     /* (run_count) */
    struct aggregate_group *groups; /* (group_count), in the order of their first cells */
    unsigned varying;               /* bit k: groups differ in key k */
};

/* Reads FOLDER/cells.csv of every folder (count); the folders must outlive the aggregate. Cells that failed are in the
 * tables but in no group. Fails where a file or a column that is needed is not there. */
int aggregate_read(struct aggregate *, char *const *folders, int count, struct error *);
void aggregate_release(struct aggregate *); /* safe on a zeroed aggregate */

/* Whether two groups agree in all keys of the mask, in which bit k stands for key k. */
int aggregate_agree(const struct aggregate_group *, const struct aggregate_group *, unsigned keys);

/* Takes in one more measurement (Welford 1962); NAN is none. Starts from a zeroed value whose mean and deviation are
 * NAN. */
void aggregate_add(struct aggregate_value *, double measured);

#endif
