/* epoch_rows.h - the rows of the runs' epochs.csv: what each cell measured at each epoch. */
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
/* NAN if it was not measured. */
double epoch_row_measure(const struct epoch_row *, const struct metric *);

typedef int epoch_row_taker(void *into, const struct epoch_row *, struct error *);

/* Hands over each epoch of each cell once, in the order of the files; a run without epochs.csv has none. Fails if a
 * file has no cells or epochs, or the taker fails. */
int epoch_rows_read(const struct results *, epoch_row_taker *, void *into, struct error *);

#endif
