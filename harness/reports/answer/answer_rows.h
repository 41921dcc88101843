/* answer_rows.h - rows of one comparison that one sentence summarizes: choosing them, counting them, their range. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_ROWS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_ROWS_H

#include <stdio.h>

#include "harness/reports/comparison/comparison.h"
#include "harness/reports/comparison/verdict.h"

/* Empty when zeroed. */
struct answer_rows {
    const struct comparison *comparison;
    int count;
    const struct comparison_row **row; /* (count) rows of the comparison; the array is owned */
};
void answer_rows_release(struct answer_rows *);
/* Appends a row of the comparison. Returns -1 if memory runs out. */
int answer_rows_add(struct answer_rows *, const struct comparison *, const struct comparison_row *);

/* The row's value in a column: its level if the column is the factor, else the value kept apart. NULL if the comparison
 * does not keep the column apart. */
const char *answer_rows_value(const struct comparison *, const struct comparison_row *, const char *column);

/* Initializes *rows with the rows of `from` whose value in the column is this (NULL: none). Returns -1 if memory runs
 * out. */
int answer_rows_pick(struct answer_rows *, const struct answer_rows *from, const char *column, const char *value);
/* The position of the first row, from `at` on, whose value in the column no earlier row has; -1 if there is none. */
int answer_rows_next(const struct answer_rows *, const char *column, int at);

/* What a sentence says about the rows. */
struct answer_counts {
    int of[VERDICT_LOWER + 1]; /* rows of each verdict */
    /* Rows whose interval for these classes is above no difference (0, or a ratio of 1), below it, or contains it. */
    int above, below, around;
    int unknown;       /* rows without an interval */
    int other_classes; /* rows shown for other classes of the same kind too */
    int tuned;         /* rows with cells whose settings were chosen by trials */
    int seeds_least, seeds_most;
};
struct answer_counts answer_rows_count(const struct answer_rows *);

/* Writes the range of the differences or ratios: "-3.14 to -1.38 points", "0.48 times". */
void answer_rows_tell_spread(const struct answer_rows *, FILE *);
/* Writes what the rows show: "-2.26 points (95 % interval -3.14 to -1.38), worse"; for several rows, "-3.42 to -0.20
 * points, worse in 3 of 4 settings, not shown in 1". */
void answer_rows_tell_finding(const struct answer_rows *, FILE *);
/* Writes the range of the smallest differences that could have been shown; nothing if none is known. */
void answer_rows_tell_smallest(const struct answer_rows *, FILE *);
/* Writes "3 seeds" or "2 to 5 seeds". */
void answer_rows_tell_seeds(const struct answer_counts *, FILE *);

/* How much weight its numbers have: "Declared before the run", "Exploratory, ...". */
const char *answer_rows_standing(const struct comparison *);
/* The metric's label ("recall@1"), or the column's name if it is not a metric. */
const char *answer_rows_metric(const struct comparison *);

#endif
