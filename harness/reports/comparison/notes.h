/* notes.h - sentences on what a table or a plot leaves out or mixes. A report has them beside the numbers that they
 * concern. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_NOTES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_NOTES_H

#include "harness/reports/comparison/families.h"

/* Empty when zeroed. */
struct notes {
    int count;
    char **text; /* (count), a sentence or more each; owned, as are the texts */
};
void notes_release(struct notes *);

/* What the results leave out or do not say: folds that count as seeds, rows of other settings, repeated rows, columns
 * of earlier versions. Like the functions below, returns 0, or -1 if memory is out. */
int notes_of_results(struct notes *, const struct results *);
/* Hosts, CPUs, libraries, program versions, threads and precisions, if cells differ in them. */
int notes_of_places(struct notes *, const struct results *);
/* How far other work on the machine disturbed the times. */
int notes_of_times(struct notes *, const struct results *);
/* Contrasts that are declared and not shown: runs that declare different ones, those without pairs, late ones. */
int notes_of_families(struct notes *, const struct families *);
/* Cells that are in no pair, pairs that mix places, and why there is no interval for other classes. A note that is
 * there already is not added again. */
int notes_of_comparison(struct notes *, const struct comparison *, const struct results *);
/* Cells that failed, by their names, and how many are pending. */
int notes_of_missing(struct notes *, const struct results *);

#endif
