/* column.h - the one table of CSV columns: the files, `partgrad list columns` and the documentation come from it.
 *
 * To add a column: a member in harness/training/cell.h or loop.h, its row in column.c. */
#ifndef PARTGRAD_HARNESS_TABLES_COLUMN_H
#define PARTGRAD_HARNESS_TABLES_COLUMN_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

/* Where a value lies: in the record, in its cell, in its cell's settings. Every record begins with a struct cell *. */
enum column_source { FROM_RECORD, FROM_CELL, FROM_SETTINGS };

enum column_type {
    COLUMN_INT,    /* int */
    COLUMN_REAL,   /* double; NAN is an empty field */
    COLUMN_BYTES,  /* likewise, written in full */
    COLUMN_TEXT,   /* char[] */
    COLUMN_STRING, /* const char * */
    COLUMN_CHOICE, /* struct choice: the plug-in's name */
};

struct column {
    const char *name;    /* with its unit, where it has one */
    const char *meaning; /* one line */
    int varies;          /* 1: time, memory or place, which differ between runs that are otherwise the same */
    enum column_source source;
    enum column_type type;
    size_t offset;
};

extern const struct column cell_columns[];  /* of struct cell_result; ends with a NULL name */
extern const struct column epoch_columns[]; /* of struct epoch_result; likewise */
extern const struct column step_columns[];  /* of struct step_row; likewise */

void column_write_header(FILE *, const struct column *columns);
/* `record` is a struct cell_result, epoch_result or step_row, as the columns are. Reals have nine digits, bytes all of
 * them. */
void column_write_row(FILE *, const struct column *columns, const void *record);
/* FOLDER/NAME with a header and the records (count), row_bytes apart; whole or not at all. */
int column_write_file(const char *folder, const char *name, const struct column *columns, const void *rows,
                      size_t row_bytes, int count, struct error *);

#endif
