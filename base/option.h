/* option.h - tables of fields, each fact once: the YAML reader, the command line, --help, `list` and the documentation
 * all read the same rows.
 *
 * An options struct is plain data (no pointers to free): a table of `struct field` says how text becomes its members.
 * To add an option, add a member to the struct and a row to its table. */
#ifndef PARTGRAD_BASE_OPTION_H
#define PARTGRAD_BASE_OPTION_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/option_list.h"

enum option_type {
    OPTION_INT,    /* int; within [minimum, maximum] if these differ */
    OPTION_REAL,   /* double; likewise, and finite; or `auto`, stored as NAN, if that is the default */
    OPTION_FLAG,   /* int 0 or 1; true/false, yes/no, on/off; on the command line it takes no value */
    OPTION_TEXT,   /* char[OPTION_TEXT_SIZE] */
    OPTION_CHOICE, /* int: the position in `choices` */
    OPTION_PATHS,  /* struct option_paths; every occurrence appends; command line only */
    OPTION_PAIR,   /* struct option_pair; two values, as in --gallery A B; command line only */
    OPTION_WORDS,  /* struct option_words; on the command line the value may be left out */
    OPTION_SIZE,   /* size_t, bytes: a number with a unit, as in 300MiB, 1.5GiB or 200MB; 0 has none */
    OPTION_INTS,   /* struct option_ints (option_list.h): a list that is one value, each within the range */
    OPTION_TEXTS,  /* char[OPTION_TEXT_SIZE], likewise of texts (option_list.h) */
};

enum { OPTION_PATHS_MAX = 16, OPTION_SIZE_TEXT = 32 };

struct option_paths {
    int count;
    const char *path[OPTION_PATHS_MAX]; /* borrowed from argv */
};

struct option_pair {
    const char *path[2]; /* borrowed from argv; NULL: not given */
};

struct option_words {
    int given; /* 1: the option is there, with or without a value */
    char text[OPTION_TEXT_SIZE];
};

/* One row. A table ends with a row whose name is NULL. */
struct field {
    const char *name; /* as in YAML; the command line spells it --with-dashes */
    const char *help; /* one line, lower case, no full stop */
    enum option_type type;
    size_t offset;              /* offsetof the member in the options struct */
    const char *fallback;       /* default, as text; NULL: empty, 0 or false */
    double minimum, maximum;    /* inclusive; equal: unbounded */
    const char *const *choices; /* NULL-terminated */
    const char *values;         /* what --help shows in place of the value; NULL: "N", "PATH" ..., by the type */
    const char *word;           /* of OPTION_INT: stands for 0, even below the minimum: "largest"; NULL: none */
    /* For settings only, if the name itself will not do. */
    const char *tag;   /* in front of the value in a cell's name: "lr" */
    const char *label; /* in plots and tables: "learning rate" */
    const char *unit;  /* likewise: "px" */
    int later; /* 1: added after results without it were kept. Settings are written without it if it has its fallback's
                * value, so that their text and hash stay the same */
    int request; /* 1: says how a grid finds the value of another setting, and returns to its fallback once that is
                  * found; so it is neither a column of tables nor part of a cell's name */
    const char *at_most; /* of a setting with a word: the setting that {WORD, at_most: N} sets along with it */
};

/* Sets every member to its fallback. Fallbacks that do not parse are programming errors and abort. */
void option_defaults(const struct field *fields, void *options);

/* Whether two names are the same, dashes and underscores counting as equal. */
int option_same_name(const char *a, const char *b);

/* The row of that name, or NULL. */
const struct field *option_find(const struct field *fields, const char *name);

/* Whether the field's value is a list (option_list.h). */
int option_is_list(const struct field *);

/* Parses `text` into the member. The error names the option, the text and what was expected. */
int option_parse(const struct field *field, void *options, const char *text, struct error *);

/* Bytes as OPTION_SIZE reads them back, to the last one: "300MiB", "1000B", "0". */
void option_format_size(size_t bytes, char text[OPTION_SIZE_TEXT]);

/* Writes the member's value as text that option_parse reads back. */
void option_format(const struct field *field, const void *options, char *text, size_t size);

/* Whether the member has its fallback's value. */
int option_is_default(const struct field *field, const void *options);

/* The name among `names` (count) nearest to `name` (Levenshtein distance, at most a third of its length, rounded up),
 * or NULL. Of several, the one that shares the longest beginning. */
const char *option_nearest(const char *name, const char *const *names, int count);

/* What the value may be: "N", "auto|f32"; "" for a flag. */
enum { OPTION_VALUES_SIZE = 256 };
void option_describe(const struct field *, char text[OPTION_VALUES_SIZE]);

enum { OPTION_NAME_SIZE = 64, OPTION_SPELLED_SIZE = 512, OPTION_EXPLAINED_SIZE = 1024 };
/* A field as it is given: "image_size: N" in a file or, with `dashes`, "--image-size=N" on the command line. */
void option_spell(const struct field *, int dashes, char text[OPTION_SPELLED_SIZE]);
/* What a field means, with its range and, in parentheses, its default: "seed of the random choice, 0 to 100 (0)". */
void option_explain(const struct field *, int dashes, char text[OPTION_EXPLAINED_SIZE]);

/* Prints a line for each row of a table, aligned: option_spell and option_explain. */
void option_print(const struct field *fields, int dashes, FILE *);

#endif
