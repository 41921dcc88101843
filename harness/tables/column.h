/* column.h - the columns of the CSV files: the axes (axes.h), the metrics (metrics.h), and a few others in column.c.
 * The files and `partgrad list columns` are made from these tables, and tests hold docs/columns.md to them.
 *
 * To add a column that is neither setting nor metric, add a member to record.h and its row to column.c. */
#ifndef PARTGRAD_HARNESS_TABLES_COLUMN_H
#define PARTGRAD_HARNESS_TABLES_COLUMN_H

#include <stdio.h>

#include "base/error.h"
#include "harness/tables/cell.h"
#include "harness/tables/record.h"

enum { COLUMNS_MAX = 320 };

enum column_type {
    COLUMN_INT,    /* int */
    COLUMN_REAL,   /* double; NAN is an empty field */
    COLUMN_BYTES,  /* likewise, written in full */
    COLUMN_TEXT,   /* char[] */
    COLUMN_STRING, /* const char * */
};

struct column {
    const char *name;    /* with its unit, if it has one; NULL for an axis */
    const char *meaning; /* one line */
    int varies;          /* 1: time, memory or place, which differ between runs that are otherwise the same */
    int of_cell;         /* 1: the value is in struct cell; 0: in the record */
    int of_grid;         /* 1: in struct cell too, but only the run's grid knows it, so cells.csv takes it from there */
    enum column_type type;
    size_t offset;
    int axis; /* position in the table's axes, for a column that is one; -1: none */
};

/* All columns of one kind of file. */
struct column_table {
    struct axes axes;
    int count;
    struct column column[COLUMNS_MAX];
};
/* Each fills the table of a file's columns. */
void columns_of_cells(struct column_table *);       /* cells.csv and result.csv: of struct cell_record */
void columns_of_epochs(struct column_table *);      /* epochs.csv: of struct epoch_record */
void columns_of_steps(struct column_table *);       /* steps.csv: of struct step_record */
void columns_of_classes(struct column_table *);     /* classes.csv: of struct class_record */
void columns_of_evaluations(struct column_table *); /* evaluations.csv: of struct evaluation_record */

/* Name and one-line meaning of a column, axes included. */
const char *column_name(const struct column_table *, int column);
const char *column_meaning(const struct column_table *, int column);

void column_write_header(FILE *, const struct column_table *);
/* Writes a record of the cell as one row. Reals have nine digits, numbers of bytes all of them. */
void column_write_row(FILE *, const struct column_table *, const struct cell *, const void *record);
/* Writes FOLDER/NAME with a header and the cell's records (count), record_bytes apart; on failure leaves no file. */
int column_write_file(const char *folder, const char *name, const struct column_table *, const struct cell *,
                      const void *records, size_t record_bytes, int count, struct error *);

#endif
