/* markup.h - markup languages for reports: a self-contained HTML page, Markdown with links to images, and tables alone
 * in LaTeX or Markdown. A document is written in order, all parts to the same stream. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_MARKUP_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_MARKUP_H

#include <stdio.h>

#include "base/error.h"

/* A section's title, and its id for links. */
struct markup_heading {
    char *id, *text;
};

/* What precedes the first section. */
struct markup_front {
    const char *title; /* names the runs */
    int refresh;       /* seconds after which a browser reloads the page; 0: never */
    int count;
    const struct markup_heading *headings; /* (count) of the sections, in order */
};

/* An image of the report. FOLDER/NAME.csv, if it exists, has its numbers. */
struct markup_figure {
    const char *folder;  /* the report's folder: the image is FOLDER/NAME.svg or FOLDER/NAME.png */
    const char *name;    /* "plots/recall-portion" */
    const char *caption; /* shown below it */
    const char *alt;     /* description for readers who cannot see it; NULL: the caption */
};

struct markup_column {
    const char *title;
    int number; /* 1: right-aligned, sorted by value */
    int names;  /* 1: its cells are headers of their rows */
};

struct markup_table {
    const char *id;      /* for links; NULL: none */
    const char *caption; /* short; NULL: none */
    const struct markup_column *columns;
    int count;
    int is_explorable;       /* 1: readers can group, color and compare rows, which may have links and a command */
    const char *links_title; /* of an explorable table: the title of the column of links */
};

struct markup_link {
    const char *text;
    const char *address; /* NULL: the target does not exist */
};

/* What a row of an explorable table has besides its cells. */
struct markup_row {
    const char *id; /* for links; NULL: none */
    const struct markup_link *links;
    int link_count;
    const char *command; /* the command that trains the row's cells again; NULL: none */
    const char *curve;   /* learning curve that the page draws, from curve_text (curves.h); NULL: none */
};

/* A language. Texts are plain; each function escapes them. Functions that return int return 0, or -1 with the error
 * set; the caller checks the stream. */
struct markup {
    const char *file; /* "report.html" */
    int is_page;      /* 1: an interactive page, which can have a row for each cell */
    int (*begin)(FILE *, const struct markup_front *, struct error *);
    int (*end)(FILE *, struct error *);
    /* Sections are not nested; `id` is unique in the document. */
    void (*section_begin)(FILE *, const char *id, const char *title);
    void (*section_end)(FILE *);
    void (*subheading)(FILE *, const char *text);
    void (*paragraph)(FILE *, const char *text);
    /* Items are written between list_begin and list_end. */
    void (*list_begin)(FILE *);
    void (*list_item)(FILE *, const char *text);
    void (*list_end)(FILE *);
    /* A plot: its SVG in a page, a link to its PNG in Markdown. Fails if the image cannot be read. */
    int (*figure)(FILE *, const struct markup_figure *, struct error *);
    /* The same for an image that exists only as PNG: photographs. */
    int (*picture)(FILE *, const struct markup_figure *, struct error *);
    /* Rows are written between table_begin and table_end. cells: (table->count); the markup_row may be NULL. */
    void (*table_begin)(FILE *, const struct markup_table *);
    void (*table_row)(FILE *, const struct markup_table *, const char *const *cells, const struct markup_row *);
    void (*table_end)(FILE *, const struct markup_table *);
    /* Details are written between fold_begin and fold_end; in a page they are folded until the reader opens them. */
    void (*fold_begin)(FILE *, const char *title);
    void (*fold_end)(FILE *);
    void (*listing)(FILE *, const char *text); /* preformatted text, in a fixed-width font */
};

extern const struct markup markup_html, markup_markdown;
/* Languages for a document's tables alone: LaTeX with booktabs, and Markdown. */
extern const struct markup markup_latex_tables, markup_markdown_tables;

#endif
