/* pairs.h - which cells are compared with which: the partners of a comparison. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_PAIRS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_PAIRS_H

#include "harness/reports/comparison/variation.h"

/* Positions in results->ok. */
struct pair {
    int cell, reference;
    int named; /* whose axes the pair has: the cell's, but the reference's if the cell is of the whole batch and so
                  stands for every portion */
};
struct pairs {
    int count;
    struct pair *pair; /* (count), in the order of the named cells */
    char *is_paired;   /* (results->ok.count) 1: the cell is in a pair */
};

/* Pairs the cells of all other levels of the factor with those of the reference, see comparison.h. Of the factor
 * contrasts_group a level is all that tells a setting from others (variation_name), and cells are partners if they are
 * of one data set and one seed. Partners may differ
 * in the axis `across` (-1: in none): then a cell has one for each of its values that the reference has. Fails if no
 * cell has the reference; no pairs are no failure. */
int pairs_find(struct pairs *, const struct variation *, const char *factor, const char *reference, int across,
               struct error *);
void pairs_release(struct pairs *); /* safe on zeroed pairs */

/* The cell's level of a factor, "triplet{margin: 1}". */
void pairs_level(const struct variation *, struct results_cell, const char *factor, char text[VARIATION_TEXT_SIZE]);

#endif
