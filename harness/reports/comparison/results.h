/* results.h - the cells of one or more runs: the rows of their cells.csv, each training run once by the identity of its
 * settings, and a count of everything that is left out. Groups, plots and comparisons are made from these cells. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_RESULTS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_RESULTS_H

#include "base/csv.h"
#include "base/error.h"
#include "harness/tables/axes.h"
#include "harness/tables/metrics.h"

/* A run's folder, and which cells its experiment asks for, which its tables do not say. */
struct results_source {
    const char *folder;
    int expected_count;          /* cells of the experiment; -1: not known */
    const char *const *expected; /* (expected_count) their identities, column `settings`; NULL: not known */
    int trials;                  /* of a tuned run, 1: its trials are taken in; 0: its final cells */
};

/* Where a cell ran. This is not a setting, but reports say if it differs among cells. */
enum results_provenance { PROVENANCE_HOST, PROVENANCE_CPU, PROVENANCE_LIBRARIES, PROVENANCE_COMMIT, PROVENANCES };
extern const char *const results_provenance[PROVENANCES]; /* their columns */

struct results_run {
    const char *folder; /* borrowed */
    const char *name;   /* the folder's last part, or all of it if two end alike; borrowed */
    struct csv_table table;
    int axis[AXES_MAX]; /* columns of the axes; -1: the table lacks it */
    int *metric;        /* (rows of metrics_table) columns likewise; owned */
    int settings;       /* column of the identity's hash; -1: a table of an earlier version */
    int tuned;          /* column of the tuned settings; -1: none */
    int unknown;        /* axes that the table does not say, of some cell at least */
    int expected;       /* cells of its experiment; -1: not known */
    int pending;        /* those that have no row yet */
    int failed;         /* rows of cells that failed */
    int repeated;       /* rows of a training that was there already: left out */
    int aside;          /* rows whose settings are not the experiment's: left out */
    int other_wave;     /* trials of a tuned run, or finals if trials were asked for: left out */
    int trials;         /* 1: trials were asked for */
};

/* A row of a run's table. */
struct results_cell {
    int run, row;
};
struct results_list {
    int count;
    struct results_cell *cells; /* (count) */
};

/* Appends a cell; -1 if memory is out. The owner frees the cells. */
int results_list_add(struct results_list *, struct results_cell);

struct results {
    struct axes axes;
    int run_count;
    struct results_run *runs; /* (run_count) */
    struct results_list ok;   /* cells that finished, each training run once, in the order of the folders and rows */
    struct results_list failed, aside;
    int idle_steps; /* the axis `steps` if it tells no cells apart that agree in everything else, so that folds of
                       different sizes are one training; -1: it does */
};

/* Reads FOLDER/cells.csv of every source (count); the folders must outlive the results. Rows of one identity are one
 * training and count once, or rows that are equal in all columns where a table has no identities; if such rows differ
 * in what they measured, times and memory aside, that is an error. With `apart`, a column or "run", rows that differ in
 * it are two trainings nevertheless. Fails if a file or one of the columns cell, status and seed is missing. */
int results_read(struct results *, const struct results_source *, int count, const char *apart, struct error *);
void results_release(struct results *); /* safe on zeroed results */

/* Besides the axes of the table there is one more at the end: the run, which tells cells apart if their tables do not
 * say all that was trained. Loops over axes go to this count. */
int results_axis_count(const struct results *);
/* The value of an axis as the table has it; axis_unknown if the table does not say. Of the run: its name for a table of
 * an earlier version, else "". Of a final cell, what was chosen by trials is results_tuned, whatever was chosen: points
 * whose chosen values differ can be compared, and are not mixed with cells whose values were given. Of idle_steps: "0".
 */
extern const char results_tuned[]; /* "tuned" */
const char *results_value(const struct results *, struct results_cell, int axis);
/* Whether two cells' figures are of the same data; a table that does not say which pack it was is of its own kind. */
int results_same_data(const struct results *, struct results_cell, struct results_cell);

/* The cell's field in that column, in "run" the run's name; axis_unknown for an axis that its table lacks, else "". */
const char *results_text(const struct results *, struct results_cell, const char *column);
/* NAN if the cell did not measure it, or its table lacks it. */
double results_measure(const struct results *, struct results_cell, const struct metric *);
/* The cell's number in any column, a metric's or not; NAN likewise. */
double results_number(const struct results *, struct results_cell, const char *column);
/* Whether one of the tables has the column, or it is an axis or "run". */
int results_has_column(const struct results *, const char *column);

/* The values of the axes for which include[axis] is 1, as one text that only equal values share; the caller frees. NULL
 * if memory is out. */
char *results_key(const struct results *, struct results_cell, const char *include);

/* The share of the machine's cores that other work used while the cell ran; NAN: not known. */
double results_others_share(const struct results *, struct results_cell);
/* Whether that was enough to slow the cell down. */
int results_is_disturbed(const struct results *, struct results_cell);
/* Whether the cell is a final one of a tuned run, by its column `tuned`: settings of it were chosen. */
int results_is_tuned(const struct results *, struct results_cell);
extern const double results_disturbed_share; /* from which share on */

#endif
