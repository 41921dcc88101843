/* table.h - reads text lists with one row per line and columns split by blanks, as data sets publish them. Every error
 * names the list and the line. */
#ifndef PARTGRAD_DATASETS_TABLE_H
#define PARTGRAD_DATASETS_TABLE_H

#include "base/error.h"

struct table {
    const char *name; /* for errors; borrowed */
    char *next;       /* the text that is left; borrowed, and cut into lines */
    char *row;        /* what is left of the current line */
    int line;         /* its number, from 1 */
};

/* Reads from a NUL-terminated text, which is modified. A byte order mark before it is skipped; lines end with LF, CR LF
 * or CR. */
struct table table_open(const char *name, char *text);

/* Goes to the next line that is not empty: 1, or 0 at the end. */
int table_next(struct table *);

/* Take the next column: as a nonempty word, as a whole number within 1 .. most, as a finite number; or the nonempty
 * rest of the line, without blanks around it. Texts live as long as the table's text. */
int table_word(struct table *, const char **word, struct error *);
int table_id(struct table *, int most, int *id, struct error *);
int table_number(struct table *, double *number, struct error *);
int table_rest(struct table *, const char **rest, struct error *);
/* 1 if the line has more columns. */
int table_more(const struct table *);
/* Fails if the line has more columns. */
int table_end(struct table *, struct error *);

/* "NAME line N: <format>". Always returns -1. */
int table_error(const struct table *, struct error *, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
