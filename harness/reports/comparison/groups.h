/* groups.h - groups of cells that differ only in the seed or fold, with the mean and standard deviation of every metric
 * at the end, after each epoch and by step. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_GROUPS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_GROUPS_H

#include "harness/reports/comparison/results.h"

struct groups_value {
    int count;        /* number of measurements */
    double mean;      /* NAN if nothing was measured */
    double squares;   /* sum of squared differences from the mean */
    double deviation; /* sample standard deviation (divided by count - 1); NAN below two */
};

/* What the cells of a group measured after one epoch. */
struct groups_epoch {
    int epoch;                  /* 0: before training */
    struct groups_value *value; /* (metrics_table); owned */
};

/* The metrics kept of steps. */
enum groups_step_metric { GROUPS_STEP_FULL_LOSS, GROUPS_STEP_SELECTED_LOSS, GROUPS_STEP_METRICS };
extern const char *const groups_step_metrics[GROUPS_STEP_METRICS]; /* "full_batch_loss", "selected_loss" */

/* What the cells of a group measured in a few consecutive steps. */
struct groups_step {
    double step;                                    /* the middle of these steps, counted from 1 */
    struct groups_value value[GROUPS_STEP_METRICS]; /* over cells: each counts with its mean over these steps */
};

struct group {
    struct results_cell first;  /* the group's axes are those of this cell, except seed and fold */
    double batch_size, portion; /* NAN if the table lacks them */
    int cells;
    int disturbed;               /* number of cells that other work slowed down */
    struct groups_value *value;  /* (metrics_table) owned; times are those of undisturbed cells, if there are any */
    int epoch_count;             /* 0 until groups_read_epochs */
    struct groups_epoch *epochs; /* (epoch_count), ascending; owned */
    int step_count, step_width;  /* 0 until groups_read_steps; step_width: steps that a point averages */
    struct groups_step *steps;   /* (step_count), ascending; owned */
};

struct groups {
    const struct results *results;
    int count;
    struct group *group; /* (count), in the order of their first cells */
    int *of_cell;        /* (results->ok.count) the group of each cell */
};

/* Groups the cells that finished. The results must outlive the groups. Fails if a column that reports need is missing
 * or memory runs out; there is then nothing to release. */
int groups_make(struct groups *, const struct results *, struct error *);
void groups_release(struct groups *); /* safe on zeroed groups */

/* Fills the groups' epochs from the runs' epochs.csv; a run without one has none. Fails as epoch_rows_read does. */
int groups_read_epochs(struct groups *, struct error *);

/* Fills the groups' steps from the steps.csv of cells that have one (`diagnostics: {steps: true}`). Consecutive steps
 * of a long training run are averaged, so that about fifty points remain. Fails if a file cannot be read or memory runs
 * out. */
int groups_read_steps(struct groups *, struct error *);

/* The group's value of a metric of metrics_table. */
const struct groups_value *group_value(const struct group *, const struct metric *);
/* The number of epochs at which the group measured a metric. */
int group_evaluations(const struct group *, const struct metric *);

/* Whether the metric is a time or a speed, which other work on the machine distorts. */
int groups_is_time(const struct metric *);

/* A value without measurements. */
struct groups_value groups_value_none(void);
/* Adds a measurement (Welford 1962); ignores NAN. */
void groups_value_add(struct groups_value *, double measured);
/* Values (metrics_table) without measurements; the caller frees. NULL if memory runs out. */
struct groups_value *groups_values(void);

#endif
