/* evaluation_rows.h - the rows of a cell's evaluations.csv, each one value of a metric on one split of one data set at
 * one epoch. To add a metric, call evaluation_rows_add where it is computed. */
#ifndef PARTGRAD_HARNESS_TRAINING_EVALUATION_ROWS_H
#define PARTGRAD_HARNESS_TRAINING_EVALUATION_ROWS_H

#include "base/error.h"
#include "harness/retrieval/ranking.h"
#include "harness/tables/cell.h"
#include "harness/tables/record.h"
#include "harness/training/checkpoint.h"

enum { EVALUATION_ROWS_OF_SPLIT = 128 }; /* most values of a split at one epoch */

struct evaluation_rows {
    int count, capacity; /* capacity 0: the cell keeps none */
    struct evaluation_record *row;
    int epoch; /* of the rows that are being added */
};

/* Allocates room for so many splits at two epochs, before and after training. */
int evaluation_rows_init(struct evaluation_rows *, int splits, struct error *);
void evaluation_rows_release(struct evaluation_rows *); /* safe on zeroed rows */
/* Adds the rows to a checkpoint: the whole array, not only its filled part. */
void evaluation_rows_checkpoint(struct evaluation_rows *, struct checkpoint *);

/* Starts adding rows of this epoch; removes earlier rows of it, which an interrupted evaluation may have left. */
void evaluation_rows_begin(struct evaluation_rows *, int epoch);
/* Adds a value; k 0: the metric has no K. Too many rows are a programming error. Does nothing without capacity. */
void evaluation_rows_add(struct evaluation_rows *, const char *data_set, const char *split, const char *metric, int k,
                         double value);
/* Adds all metrics of a split. */
void evaluation_rows_add_ranking(struct evaluation_rows *, const char *data_set, const char *split,
                                 const struct ranking *);

/* Writes FOLDER/evaluations.csv, if the cell keeps any rows; on failure leaves no file. */
int evaluation_rows_write(const struct evaluation_rows *, const char *folder, const struct cell *, struct error *);

#endif
