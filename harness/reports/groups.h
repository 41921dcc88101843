/* groups.h - rows of cells.csv and epochs.csv, brought together over their seeds: means and standard deviations. */
#ifndef PARTGRAD_HARNESS_REPORTS_GROUPS_H
#define PARTGRAD_HARNESS_REPORTS_GROUPS_H

#include "base/error.h"
#include "base/csv.h"

/* What a report shows. To add a metric: its row in groups.c, its name here. */
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

/* What the cells of a group had come to at one epoch. */
struct aggregate_epoch {
    int epoch; /* 0: before training */
    struct aggregate_value value[METRICS];
};

struct aggregate_group {
    const char *key[KEYS]; /* into the runs' names and tables */
    double batch_size, portion;
    int cells; /* that ended well */
    struct aggregate_value value[METRICS];
    int epoch_count;                /* 0 until aggregate_read_epochs */
    struct aggregate_epoch *epochs; /* (epoch_count), ascending; owned */
};

struct aggregate_run {
    const char *name; /* the folder's last part, or all of it where two end alike; borrowed from the folders */
    struct csv_table table;
    int *group; /* (table.row_count) of each cell, -1 where it failed; owned */
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

/* Fills the groups' epochs from the same folders' epochs.csv; a folder without one has none. */
int aggregate_read_epochs(struct aggregate *, char *const *folders, struct error *);

/* How many epochs of a group were evaluated. */
int aggregate_evaluations(const struct aggregate_group *);

/* Whether two groups agree in all keys of the mask, in which bit k stands for key k. */
int aggregate_agree(const struct aggregate_group *, const struct aggregate_group *, unsigned keys);

/* Of nothing measured yet. */
struct aggregate_value aggregate_nothing(void);

/* Takes in one more measurement (Welford 1962); NAN is none. */
void aggregate_add(struct aggregate_value *, double measured);

/* The metric's column, in both files; epochs.csv lacks some. */
const char *aggregate_metric_column(enum aggregate_metric);

#endif
