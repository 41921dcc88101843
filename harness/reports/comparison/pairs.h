/* pairs.h - finds which cells are compared with which. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_PAIRS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_PAIRS_H

#include "harness/reports/comparison/variation.h"

/* A pair, by positions in results->ok. */
struct pair {
    int cell, reference;
    int named; /* the cell whose settings name the pair's row: `cell`, or `reference` if `cell` is a whole batch, which
                  stands for every strategy and portion */
};
struct pairs {
    int count;
    struct pair *pair; /* (count) in the order of the named cells; owned */
    char *is_paired;   /* (results->ok.count) 1: the cell is in a pair; owned */
};

/* Pairs the cells of the factor's other levels with those of the reference; comparison.h says which. The levels of the
 * factor contrasts_group are whole settings, named by variation_name; its partners have the same data set and seed.
 * Partners may differ in the axis `across` (-1: none); a cell then has a partner for each of the reference's values of
 * that axis. Fails if no cell has the reference level or memory runs out, and there is then nothing to release; finding
 * no pair is not a failure. */
int pairs_find(struct pairs *, const struct variation *, const char *factor, const char *reference, int across,
               struct error *);
void pairs_release(struct pairs *); /* safe on zeroed pairs */

/* The cell's level of a factor: "triplet{margin: 1}". */
void pairs_level(const struct variation *, struct results_cell, const char *factor, char text[VARIATION_TEXT_SIZE]);

#endif
