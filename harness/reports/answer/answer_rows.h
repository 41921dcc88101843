/* answer_rows.h - rows of one comparison that one sentence sums up: which they are, and how far they spread. */
#ifndef PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_ROWS_H
#define PARTGRAD_HARNESS_REPORTS_ANSWER_ANSWER_ROWS_H

#include <stdio.h>

#include "harness/reports/comparison/comparison.h"
#include "harness/reports/comparison/verdict.h"

/* Empty when zeroed. */
struct answer_rows {
    const struct comparison *comparison;
    int count;
    const struct comparison_row **row; /* (count) of the comparison; owned */
};
void answer_rows_release(struct answer_rows *);
/* Appends a row of the comparison; -1 if memory is out. */
int answer_rows_add(struct answer_rows *, const struct comparison *, const struct comparison_row *);

/* The row's value in a column: the level if that is the factor, or a value kept apart; NULL if the rows are taken over
 * all values of it. */
const char *answer_rows_value(const struct comparison *, const struct comparison_row *, const char *column);

/* Those among `from` that have this value (NULL: none) in the column; -1 if memory is out. */
int answer_rows_pick(struct answer_rows *, const struct answer_rows *from, const char *column, const char *value);
/* The first row whose value in the column no row before it has, from position `at` on; -1: there is none. */
int answer_rows_next(const struct answer_rows *, const char *column, int at);

/* What can be said about the rows. */
struct answer_counts {
    int of[VERDICT_LOWER + 1]; /* rows of each verdict */
    /* Intervals for these classes that lie above no difference, below it, and around it. */
    int above, below, around;
    int unknown;       /* they have no interval */
    int other_classes; /* shown for other classes of the kind too */
    int tuned;         /* of cells whose settings were chosen by trials */
    int seeds_least, seeds_most;
};
struct answer_counts answer_rows_count(const struct answer_rows *);

/* "-3.14 to -1.38 points", "0.48 times": from the least to the most. */
void answer_rows_tell_spread(const struct answer_rows *, FILE *);
/* What they show, in a few words: "-2.26 points (95 % interval -3.14 to -1.38), worse", or of several rows "-3.42 to
 * -0.20 points, worse in 3 of 4 settings, not shown in 1". */
void answer_rows_tell_finding(const struct answer_rows *, FILE *);
/* The same of the smallest differences that could have been shown; nothing if none is known. */
void answer_rows_tell_smallest(const struct answer_rows *, FILE *);
/* "3 seeds", "2 to 5 seeds" */
void answer_rows_tell_seeds(const struct answer_counts *, FILE *);

/* What its figures can show: "Declared before the run", "Exploratory ..." */
const char *answer_rows_standing(const struct comparison *);
/* "recall@1", or the column's name. */
const char *answer_rows_metric(const struct comparison *);

#endif
