/* csv.h - CSV files through libcsv: fields written with the quotes they need, tables read with the checks they need. */
#ifndef PARTGRAD_BASE_CSV_H
#define PARTGRAD_BASE_CSV_H

#include <stdio.h>

#include "base/error.h"

/* Writes one row, quoted where needed, ended by a newline. */
void csv_write_row(FILE *, const char *const *fields, int count);

/* A table in memory: a header and rows of as many fields. */
struct csv_table {
    int column_count, row_count;
    char **columns; /* (column_count) */
    char **fields;  /* (row_count, column_count) */
    char *text;     /* what they point into; owned */
};
/* Reads a whole file. Fails on a missing header, on a row with another number of fields or an unfinished quote (the
 * error has the row's number), and on a zero byte. */
int csv_read(struct csv_table *, const char *path, struct error *);
void csv_release(struct csv_table *); /* safe on a zeroed table */

/* Position of a column, or -1. */
int csv_column(const struct csv_table *, const char *name);
/* Position of a column that every table of a run should have; fails if it is missing. */
int csv_find_column(const struct csv_table *, const char *name, int *column, struct error *);
/* The field as text; "" where the column is -1. */
const char *csv_text(const struct csv_table *, int row, int column);
/* The field as a number; NAN if it is empty or not a number. */
double csv_number(const struct csv_table *, int row, int column);

#endif
