/* epoch_rows.h - reads the rows of the runs' epochs.csv: what each cell measured after each epoch. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_EPOCH_ROWS_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_EPOCH_ROWS_H

#include "harness/reports/comparison/results.h"

/* A row of a cell that finished. */
struct epoch_row {
    int cell;  /* position in results->ok */
    int epoch; /* 0: before training */
    const struct csv_table *table;
    int row;
    const int *metric; /* (metrics_table) columns; -1: the table lacks it */
};
/* The row's value of a metric; NAN if it was not measured. */
double epoch_row_measure(const struct epoch_row *, const struct metric *);

/* Returns 0, or -1 with the error set, which ends the reading. */
typedef int epoch_row_taker(void *into, const struct epoch_row *, struct error *);

/* Calls `take` once for each epoch of each cell that finished, in the order of the files, with `into` as its first
 * argument. A run without epochs.csv has no rows. Fails if a file cannot be read or lacks the columns cell or epoch, if
 * memory runs out, or if `take` fails. */
int epoch_rows_read(const struct results *, epoch_row_taker *, void *into, struct error *);

#endif
