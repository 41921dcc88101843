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

/* Columns that tell groups apart; the seed is what is left. */
enum aggregate_key { KEY_DATASET, KEY_MODEL, KEY_LOSS, KEY_SAMPLER, KEY_STRATEGY, KEY_BATCH, KEY_PER_CLASS, KEY_PORTION,
                     KEY_BACKPROP, KEY_PRECISION, KEYS };

struct aggregate_value {
    double mean;      /* NAN where nothing was measured */
    double deviation; /* sample standard deviation (n - 1); 0 for a single value */
    int    count;     /* cells that measured it */
};

struct aggregate_group {
    int                    run; /* position among the runs */
    const char            *key[KEYS]; /* into the runs' tables */
    double                 batch_size, portion;
    int                    cells; /* that ended well */
    struct aggregate_value value[METRICS];
};

struct aggregate_run {
    const char      *name; /* the folder's last part; borrowed */
    struct csv_table table;
};

struct aggregate {
    int                     run_count, group_count;
    struct aggregate_run   *runs;   /* (run_count) */
    struct aggregate_group *groups; /* (group_count), in the order their first cells have */
};

/* Reads FOLDER/cells.csv of every folder (count). Fails where a file or a column that is needed is not there. */
int  aggregate_read(struct aggregate *, char *const *folders, int count, struct error *);
void aggregate_release(struct aggregate *); /* safe on a zeroed aggregate */

/* Mean and sample standard deviation of the values (count) that are not NAN. */
struct aggregate_value aggregate_values(const double *values, int count);

#endif
