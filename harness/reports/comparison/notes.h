/* notes.h - sentences on what tables and plots leave out or mix. Reports put them beside the numbers concerned. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_NOTES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_NOTES_H

#include "harness/reports/comparison/families.h"

/* Empty when zeroed. */
struct notes {
    int count;
    char **text; /* (count) one or more sentences each; the array and the texts are owned */
};
void notes_release(struct notes *);

/* The functions below append notes; each returns 0, or -1 if memory runs out.
 *
 * Folds that count as seeds, rows that are left out (other settings, repeated), choices made by tuning, and settings
 * that tables of earlier versions lack. */
int notes_of_results(struct notes *, const struct results *);
/* Hosts, CPUs, libraries, program versions, numbers of threads and precisions, if cells differ in them. */
int notes_of_places(struct notes *, const struct results *);
/* How many cells other work on the machine slowed down. */
int notes_of_times(struct notes *, const struct results *);
/* Declared contrasts that are not tested: if runs declare different ones, those without pairs, and those declared late.
 */
int notes_of_families(struct notes *, const struct families *);
/* Cells that are left out, pairs whose cells ran on different machines, rows without an interval, and why. Skips notes
 * on pairs that are there already. */
int notes_of_comparison(struct notes *, const struct comparison *, const struct results *);
/* The names of cells that failed, and the number of pending cells. */
int notes_of_missing(struct notes *, const struct results *);

#endif
