/* evaluation_rows.h - the rows of a cell's evaluations.csv: a figure each, of one split of one data set at one epoch.
 * To add a metric, call evaluation_rows_add if it is known. */
#ifndef PARTGRAD_HARNESS_TRAINING_EVALUATION_ROWS_H
#define PARTGRAD_HARNESS_TRAINING_EVALUATION_ROWS_H

#include "base/error.h"
#include "harness/retrieval/ranking.h"
#include "harness/tables/cell.h"
#include "harness/tables/record.h"
#include "harness/training/checkpoint.h"

enum { EVALUATION_ROWS_OF_SPLIT = 128 }; /* most figures of a split at one epoch */

struct evaluation_rows {
    int count, capacity; /* capacity 0: the cell keeps none */
    struct evaluation_record *row;
    int epoch; /* that rows are added of */
};

/* Room for the figures of so many splits at two epochs, before training and after it. */
int evaluation_rows_init(struct evaluation_rows *, int splits, struct error *);
void evaluation_rows_release(struct evaluation_rows *); /* safe on zeroed rows */
/* Part of a training's state: the array's room, not only what is filled. */
void evaluation_rows_checkpoint(struct evaluation_rows *, struct checkpoint *);

/* What is added from now on is of this epoch; rows of it that are there already, as of an evaluation that was
 * interrupted, go. */
void evaluation_rows_begin(struct evaluation_rows *, int epoch);
/* Adds a figure; k 0: the metric has none. More than there is room for is a programming error. Without capacity
 * nothing happens. */
void evaluation_rows_add(struct evaluation_rows *, const char *data_set, const char *split, const char *metric, int k,
                         double value);
/* Adds all that was found of a split. */
void evaluation_rows_add_ranking(struct evaluation_rows *, const char *data_set, const char *split,
                                 const struct ranking *);

/* FOLDER/evaluations.csv, whole or not at all; nothing if the cell keeps none. */
int evaluation_rows_write(const struct evaluation_rows *, const char *folder, const struct cell *, struct error *);

#endif
