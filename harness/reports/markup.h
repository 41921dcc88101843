/* markup.h - one document in two languages: HTML in one file without links to elsewhere, and Markdown with links to
 * images. */
#ifndef PARTGRAD_HARNESS_REPORTS_MARKUP_H
#define PARTGRAD_HARNESS_REPORTS_MARKUP_H

#include <stdio.h>

#include "base/error.h"

struct markup_column {
    const char *title;
    int number; /* 1: aligned to the right */
};

/* Texts are plain and come out as they are, whatever signs they hold. */
struct markup {
    const char *suffix; /* of a file: "html" */
    void (*begin)(FILE *, const char *title);
    void (*end)(FILE *);
    void (*heading)(FILE *, const char *id, const char *text); /* id: for links */
    void (*paragraph)(FILE *, const char *text);
    /* The image FOLDER/plots/NAME, which is there as .svg and .png; `description` says what it shows to those who
     * cannot see it, and is in the .svg already. Fails where it cannot be read. */
    int (*figure)(FILE *, const char *folder, const char *name, const char *caption, const char *description,
                  struct error *);
    /* Rows (columns) come between begin and end. */
    void (*table_begin)(FILE *, const struct markup_column *columns, int count);
    void (*table_row)(FILE *, const struct markup_column *columns, const char *const *cells, int count);
    void (*table_end)(FILE *);
    void (*listing)(FILE *, const char *text); /* lines as they are, in a fixed pitch */
};

extern const struct markup markup_html, markup_markdown;

#endif
