/* notes.h - sentences on what a table or a plot leaves out, or mixes: said where the numbers are that it touches. */
#ifndef PARTGRAD_HARNESS_REPORTS_NOTES_H
#define PARTGRAD_HARNESS_REPORTS_NOTES_H

#include "harness/reports/comparison.h"

/* Empty when zeroed. */
struct notes {
    int count;
    char **text; /* (count), a sentence or more each; owned, as are the texts */
};
void notes_release(struct notes *);

/* What the results leave out or do not say: rows of other settings, repeated rows, columns of earlier versions. Like
 * the functions below, returns 0, or -1 if memory is out. */
int notes_of_results(struct notes *, const struct results *);
/* Hosts, CPUs, libraries, program versions, threads and precisions, if cells differ in them. */
int notes_of_places(struct notes *, const struct results *);
/* How far other work spoiled the times. */
int notes_of_times(struct notes *, const struct results *);
/* Cells that are in no pair, and pairs that mix places. */
int notes_of_comparison(struct notes *, const struct comparison *, const struct results *);
/* Cells that failed, by their names, and how many are pending. */
int notes_of_missing(struct notes *, const struct results *);

#endif
