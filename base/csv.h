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
/* Reads a whole file. Fails on a missing header, a row of another width, an unfinished quote, with the line's number,
 * and on a byte that is 0. */
int csv_read(struct csv_table *, const char *path, struct error *);
void csv_release(struct csv_table *); /* safe on a zeroed table */

/* Position of a column, or -1. */
int csv_column(const struct csv_table *, const char *name);
/* The same for a column that a run writes and a reader needs. */
int csv_find_column(const struct csv_table *, const char *name, int *column, struct error *);
/* The field as text; "" where the column is -1. */
const char *csv_text(const struct csv_table *, int row, int column);
/* The field as a number; NAN where it is empty or none. */
double csv_number(const struct csv_table *, int row, int column);

#endif
