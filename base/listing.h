/* listing.h - a table of named columns and rows, printed for people or for programs: the output of commands. */
#ifndef PARTGRAD_BASE_LISTING_H
#define PARTGRAD_BASE_LISTING_H

#include <stdio.h>

#include "base/error.h"

enum listing_format {
    LISTING_TABLE, /* aligned, numbers with the column's decimals */
    LISTING_CSV,   /* a header and rows; an empty field where there is no value; reals have nine digits */
    LISTING_JSON,  /* an array of an object for each row; null where there is no value, and of an empty text */
};
extern const char *const listing_formats[]; /* "table", "csv", "json", NULL */

/* The row of --format in a command's table of options; `type` has an int `format`. */
#define LISTING_FORMAT(type)                                                                                           \
    {                                                                                                                  \
        "format", "format of the output", OPTION_CHOICE, offsetof(type, format), "table", 0, 0, listing_formats        \
    }

enum listing_kind {
    LISTING_TEXT,
    LISTING_NUMERAL, /* a text that stands where numbers do, such as "0.2 .. 0.4" */
    LISTING_INTEGER,
    LISTING_REAL,
    LISTING_BYTES, /* in the aligned table as MiB */
};

struct listing_column {
    char *name;
    enum listing_kind kind;
    int decimals; /* of a real, in the aligned table */
};

/* Empty when zeroed. If memory runs out, listing_print reports it. */
struct listing {
    int column_count, value_count;
    struct listing_column *columns; /* (column_count) */
    struct listing_value *values;   /* (value_count), row after row */
    int failed;
};
void listing_release(struct listing *);

/* All columns come before the first value. Names are copied. */
void listing_column(struct listing *, const char *name, enum listing_kind, int decimals);
/* The next value, from left to right and row to row. NAN is a missing number, NULL a missing text. Texts are copied. */
void listing_text(struct listing *, const char *text);
void listing_number(struct listing *, double number);

/* For a listing of one row: adds a column together with its value. */
void listing_value(struct listing *, const char *name, enum listing_kind, const char *text, double number);

/* Prints the table. Fails if memory ran out while it was filled or runs out now. */
int listing_print(const struct listing *, enum listing_format, FILE *, struct error *);

#endif
