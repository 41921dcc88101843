/* results.h - reads the cells of one or more runs from their cells.csv. Each training run counts once, by the identity
 * of its settings, and everything left out is counted. Groups, plots and comparisons are made from these cells. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_RESULTS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_RESULTS_H

#include "base/csv.h"
#include "base/error.h"
#include "harness/tables/axes.h"
#include "harness/tables/metrics.h"

/* A run's folder, and the cells that its experiment asks for, which its tables do not tell. */
struct results_source {
    const char *folder;
    int expected_count;          /* cells of the experiment; -1: not known */
    const char *const *expected; /* (expected_count) their identities, as in the column `settings`; NULL: not known */
    int trials;                  /* for a tuned run, 1: read its trials; 0: its final cells */
};

/* Where and with what a cell ran. These are not settings, but reports say if cells differ in them. */
enum results_provenance { PROVENANCE_HOST, PROVENANCE_CPU, PROVENANCE_LIBRARIES, PROVENANCE_COMMIT, PROVENANCES };
extern const char *const results_provenance[PROVENANCES]; /* their columns */

struct results_run {
    const char *folder; /* borrowed */
    const char *name;   /* the folder's last part, or the whole path if two end alike; borrowed */
    struct csv_table table;
    int axis[AXES_MAX]; /* columns of the axes; -1: the table lacks it */
    int *metric;        /* (metrics_table) columns likewise; owned */
    int settings;       /* column of the identity's hash; -1: a table of an earlier version */
    int tuned;          /* column of the tuned settings; -1: none */
    int unknown;        /* number of axes that are unknown for at least one cell */
    int expected;       /* number of cells in its experiment; -1: not known */
    int pending;        /* cells without a row */
    int failed;         /* rows of failed cells */
    int repeated;       /* rows left out because their training run was read already */
    int aside;          /* rows left out because their settings are not in the experiment */
    int other_wave;     /* rows left out of a tuned run: its trials, or its final cells if trials were asked for */
    int trials;         /* 1: trials were asked for */
};

/* A row of a run's table. */
struct results_cell {
    int run, row;
};
struct results_list {
    int count;
    struct results_cell *cells; /* (count) owned */
};

/* Appends a cell. Returns -1 if memory runs out. The list's owner frees `cells`. */
int results_list_add(struct results_list *, struct results_cell);

struct results {
    struct axes axes;
    int run_count;
    struct results_run *runs; /* (run_count) owned */
    struct results_list ok;   /* cells that finished, each training run once, in the order of folders and rows */
    struct results_list failed, aside;
    /* The axis `steps`, if cells that agree in all other axes never differ in it; then folds of different sizes count
     * as one training run. -1: they do. */
    int idle_steps;
};

/* Reads FOLDER/cells.csv of every source (count); the folders must outlive the results. Rows of one identity are one
 * training run and count once; so do rows that are equal in all columns and, in tables without identities, rows of one
 * run that agree in all axes. It is an error if such rows differ in a metric other than times and memory. Rows that
 * differ in `apart` (a column, "run", or NULL: none) always count as different training runs. Fails if a file or one of
 * the columns cell, status and seed is missing, or if memory runs out; there is then nothing to release. */
int results_read(struct results *, const struct results_source *, int count, const char *apart, struct error *);
void results_release(struct results *); /* safe on zeroed results */

/* The number of axes for loops: those of `axes`, and last the run, which distinguishes cells of tables without
 * identities. */
int results_axis_count(const struct results *);
/* The cell's value of an axis, as in the table; axis_unknown if the table lacks it. The value of the run axis is the
 * run's name if the table has no identities, else "". If trials chose a final cell's value, it is results_tuned: points
 * with different chosen values can then be compared, and are not mixed with cells whose values were given. The value of
 * idle_steps is "0". */
extern const char results_tuned[]; /* "tuned" */
const char *results_value(const struct results *, struct results_cell, int axis);
/* The hash of the cell's identity, column `settings`; "" if its table lacks it. */
const char *results_identity(const struct results *, struct results_cell);
/* Whether two cells were measured on the same data. A pack that a table does not identify differs from any that is. */
int results_same_data(const struct results *, struct results_cell, struct results_cell);

/* The cell's field in a column; the run's name for "run". If its table lacks the column, the value of an axis that is
 * absent (axis_absent), else "". */
const char *results_text(const struct results *, struct results_cell, const char *column);
/* The cell's value of a metric; NAN if it was not measured or its table lacks it. */
double results_measure(const struct results *, struct results_cell, const struct metric *);
/* The cell's number in any column; NAN likewise. */
double results_number(const struct results *, struct results_cell, const char *column);
/* Whether a table has the column, or it is an axis or "run". */
int results_has_column(const struct results *, const char *column);

/* The values of the axes with include[axis] = 1 (results_axis_count), joined to a text that is equal only if all values
 * are. The caller frees; NULL if memory runs out. */
char *results_key(const struct results *, struct results_cell, const char *include);

/* The share of the machine's cores that other work used while the cell ran; NAN if not known. */
double results_others_share(const struct results *, struct results_cell);
/* Whether that share is above results_disturbed_share, enough to slow the cell down. */
int results_is_disturbed(const struct results *, struct results_cell);
/* Whether the cell is a final cell of a tuned run, with settings that trials chose. */
int results_is_tuned(const struct results *, struct results_cell);
extern const double results_disturbed_share;

#endif
