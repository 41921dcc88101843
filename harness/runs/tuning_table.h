/* tuning_table.h - tuning.csv in a tuned run's folder: a row for each trial, with the summary of its value. */
#ifndef PARTGRAD_HARNESS_RUNS_TUNING_TABLE_H
#define PARTGRAD_HARNESS_RUNS_TUNING_TABLE_H

#include "harness/runs/waves.h"

/* For `list` and the documentation; the tuned settings' own columns follow `point`. */
struct tuning_column {
    const char *name, *meaning;
};
extern const struct tuning_column tuning_columns[]; /* ends with a NULL name */

/* Writes FOLDER/tuning.csv; on failure leaves the old file. Unknown values are empty fields. */
int tuning_table_write(const struct waves *, const struct experiment *, const struct grid *, const char *folder,
                       struct error *);

#endif
