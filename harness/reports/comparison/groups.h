/* groups.h - groups of cells that differ in nothing but the seed, with means and standard deviations of every metric,
 * at the end and after each epoch. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_GROUPS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_GROUPS_H

#include "harness/reports/comparison/results.h"

struct groups_value {
    int count;        /* cells that measured it */
    double mean;      /* NAN if nothing was measured */
    double squares;   /* sum of squared differences from the mean */
    double deviation; /* sample standard deviation, with count - 1; NAN below two cells */
};

/* What the cells of a group measured at one epoch. */
struct groups_epoch {
    int epoch;                  /* 0: before training */
    struct groups_value *value; /* (metrics_table); owned */
};

/* What is kept of steps. */
enum groups_step_metric { GROUPS_STEP_FULL_LOSS, GROUPS_STEP_SELECTED_LOSS, GROUPS_STEP_METRICS };
extern const char *const groups_step_metrics[GROUPS_STEP_METRICS]; /* "full_batch_loss", "selected_loss" */

/* What the cells of a group measured in a few consecutive steps. */
struct groups_step {
    double step;                                    /* in the middle of them, from 1 */
    struct groups_value value[GROUPS_STEP_METRICS]; /* over cells, of each cell's mean over these steps */
};

struct group {
    struct results_cell first;  /* its axes, except the seed, are the group's */
    double batch_size, portion; /* NAN if the table does not say */
    int cells;
    int disturbed;               /* cells that other work slowed down */
    struct groups_value *value;  /* (metrics_table); owned. Times are those of undisturbed cells if there are any */
    int epoch_count;             /* 0 until groups_read_epochs */
    struct groups_epoch *epochs; /* (epoch_count), ascending; owned */
    int step_count, step_width;  /* 0 until groups_read_steps; width: how many steps are averaged */
    struct groups_step *steps;   /* (step_count), ascending; owned */
};

struct groups {
    const struct results *results;
    int count;
    struct group *group; /* (count), in the order of their first cells */
    int *of_cell;        /* (results->ok.count) the group of each cell */
};

/* Groups the cells that finished. The results must outlive the groups. Fails if a column that the report needs is
 * missing. */
int groups_make(struct groups *, const struct results *, struct error *);
void groups_release(struct groups *); /* safe on zeroed groups */

/* Fills the groups' epochs from the runs' epochs.csv; a run without one has none. */
int groups_read_epochs(struct groups *, struct error *);

/* Fills the groups' steps from the cells' steps.csv, where cells kept one (`diagnostics: {steps: true}`); consecutive
 * steps of a long training run are averaged, so that about fifty points remain. */
int groups_read_steps(struct groups *, struct error *);

/* What a group's cells measured of a metric of metrics_table. */
const struct groups_value *group_value(const struct group *, const struct metric *);
/* How many epochs of a group measured a metric. */
int group_evaluations(const struct group *, const struct metric *);

/* Whether other work on the machine spoils the metric: a time or a speed. */
int groups_is_time(const struct metric *);

/* A value of which nothing is measured yet. */
struct groups_value groups_value_none(void);
/* Takes in one more measurement (Welford 1962); NAN is none. */
void groups_value_add(struct groups_value *, double measured);
/* Values (metrics_table) of nothing measured yet; the caller frees. NULL if memory is out. */
struct groups_value *groups_values(void);

#endif
